//! The numbers that tell the draws of a system's operations apart stand in its shaders and on the host: both must agree.

use fieldscope::shaders::LIBRARY;
use std::collections::{BTreeMap, BTreeSet};

/// The constants of a text, one a line: `const NAME: u32 = 7` and what ends it.
fn numbers(text: &str, end: &str) -> BTreeMap<String, u32> {
    let number = |line: &str| {
        let (name, rest) = line.trim().trim_start_matches("pub ").strip_prefix("const ")?.split_once(": u32 = ")?;
        Some((name.to_owned(), rest.strip_suffix(end)?.parse().ok()?))
    };
    text.lines().filter_map(number).collect()
}

#[test]
fn both_sides_number_the_draws_alike() {
    for (module, host, count) in [
        ("field/draws", include_str!("../src/sim/field/constants.rs"), 16..=99),
        ("ising/lattice/draws", include_str!("../src/sim/ising/lattice/constants.rs"), 4..=4),
        ("ising/agents/draws", include_str!("../src/sim/ising/agents/mod.rs"), 6..=6),
        ("mobius/draws", include_str!("../src/sim/mobius/constants.rs"), 5..=5),
    ] {
        let shader = LIBRARY.modules.iter().find(|text| text.path == module).unwrap().source;
        let (shader, host) = (numbers(shader, "u;"), numbers(host, ";"));
        assert!(count.contains(&shader.len()), "{module}: {shader:?}");
        for (name, number) in &shader {
            assert_eq!(host.get(name), Some(number), "{module}: {name}");
        }
        if module == "field/draws" {
            let distinct: BTreeSet<_> = shader.values().collect();
            assert_eq!(distinct.len(), shader.len(), "two operations share their draws");
        }
    }
}

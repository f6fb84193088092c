//! A long sequence: as exact at its end as at its beginning, in the same memory, at the same cost for each token.

use super::{deviation, driver, model, read, reference, text};
use fieldscope::driver::Event;
use fieldscope::sim::ten::params::Rules;
use std::collections::BTreeMap;

const TOKENS: u32 = 1024;
const CHUNKS: u64 = 32;

#[test]
fn after_many_chunks_a_token_costs_what_it_did_and_the_eigenstates_are_those_of_the_reference() {
    let model = model(TOKENS);
    let (mut driver, events) = driver(model.clone(), "corrected", &[]);
    // The time of a whole chunk on the device, by its cycle.
    let mut times = BTreeMap::<u64, u64>::new();
    let mut memory = Vec::new();
    for chunk in 1..=CHUNKS {
        driver.run_to(chunk).unwrap();
        driver.settle().unwrap();
        memory.push(driver.status().bytes);
        for event in events.try_iter() {
            if let Event::Sample(sample) = event {
                *times.entry(sample.cycle).or_default() += sample.ticks;
            }
        }
    }
    assert!(memory.iter().all(|bytes| *bytes == memory[0]), "{memory:?}");
    // The fastest of many: other work on the machine makes chunks slower and none faster.
    let fastest = |cycles: std::ops::Range<u64>| cycles.map(|cycle| times[&cycle]).min().unwrap() as f64;
    let growth = fastest(CHUNKS - 11..CHUNKS + 1) / fastest(2..14);
    eprintln!(
        "chunks after {} tokens take {growth:.3} times as long as at the start",
        (CHUNKS - 12) * u64::from(TOKENS)
    );
    assert!((0.6..1.6).contains(&growth), "{growth}");
    let mut reference = reference(&model, Rules::Corrected);
    let text = text(&model);
    for at in 0..CHUNKS as usize * TOKENS as usize {
        reference.step(text[at % text.len()]);
    }
    let apart = deviation(&read(&driver, "eigenstates"), &reference.eigenstates());
    eprintln!("eigenstates after {} tokens: {apart:.1e}", CHUNKS * u64::from(TOKENS));
    assert!(apart < 1e-5, "{apart:e}");
}

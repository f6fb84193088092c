//! One block against numbers from JAX: `tests/data/ten_block.py` makes the same weights by the same rule and leaves the outputs.

use super::{deviation, driver, read, with_text, write_weights};
use fieldscope::sim::ten::params::{Rules, Shape, Size, TenModel};
use fieldscope::sim::ten::reference::{CellWeights, Dense, LayerWeights, Weights};
use ndarray_npy::ReadNpyExt;

/// `count` numbers within ±`scale`, by a rule of integers that both languages carry out alike.
fn numbers(tag: u32, count: usize, scale: f64) -> Vec<f64> {
    (0..count as u32)
        .map(|at| {
            let word = at.wrapping_mul(2_654_435_761).wrapping_add(tag.wrapping_mul(2_246_822_519));
            let word = (word ^ (word >> 15)).wrapping_mul(2_246_822_519);
            let word = (word ^ (word >> 13)).wrapping_mul(3_266_489_917);
            let unit = f64::from((word ^ (word >> 16)) >> 8) / f64::from(1 << 24);
            f64::from(((2.0 * unit - 1.0) * scale) as f32)
        })
        .collect()
}

fn dense(tag: u32, outputs: usize, inputs: usize, scale: f64) -> Dense {
    Dense { inputs, numbers: numbers(tag, outputs * inputs, scale) }
}

fn weights(rules: Rules) -> Weights {
    let planes = if rules == Rules::Corrected { 2 } else { 1 };
    let centre = if rules == Rules::Corrected { -3.5 } else { -1.0 };
    let cell = |cell: u32| CellWeights {
        magnitude: numbers(10 + cell, 32, 1.0).into_iter().map(|x| f64::from((x + centre) as f32)).collect(),
        phase: numbers(20 + cell, 32, 3.0),
        resonance: numbers(30 + cell, 32 * 32, 1.0),
        input: dense(40 + cell, planes * 32, 64, 0.2),
        output: dense(50 + cell, 64, planes * 32, 0.2),
    };
    let norm = |tag| {
        [numbers(tag, 64, 0.5).into_iter().map(|x| f64::from((x + 1.0) as f32)).collect(), numbers(tag + 1, 64, 0.5)]
    };
    let positions = if rules == Rules::Published { dense(2, 96, 64, 0.5) } else { Dense::default() };
    Weights {
        embedding: dense(1, 256, 64, 1.0),
        positions,
        layers: vec![LayerWeights {
            cells: vec![cell(0), cell(1)],
            norms: [norm(60), norm(62)],
            expansion: (dense(70, 256, 64, 0.2), numbers(71, 256, 0.5)),
            contraction: (dense(72, 64, 256, 0.2), numbers(73, 64, 0.5)),
        }],
        norm: norm(64),
    }
}

#[test]
fn one_block_gives_the_outputs_of_jax() {
    for (rules, name, preset) in [
        (Rules::Corrected, "corrected", "corrected"),
        (Rules::Corrected, "corrected", "corrected-plain"),
        (Rules::Published, "published", "published"),
        (Rules::Published, "published", "published-scan"),
        (Rules::Published, "published_fix", "published-fix"),
    ] {
        let path = format!("{}/tests/data/ten_block_{name}.npy", env!("CARGO_MANIFEST_DIR"));
        let wanted = ndarray::Array2::<f64>::read_npy(std::fs::File::open(path).unwrap()).unwrap();
        let bytes: Vec<u8> = (0..64_u32).map(|at| (at * 89 + 7) as u8).collect();
        let (folder, base) = with_text(&bytes, 64);
        let file = folder.path().join("weights.safetensors");
        write_weights(&file, &weights(rules), |_, _| {});
        let shape = Shape { width: 64, layers: 1, eigenstates: 32, cells: 2, positions: 96 };
        let model = TenModel { size: Size::Custom(shape), weights: Some(file), resonance: 0.1, ..base };
        let (mut driver, _events) = driver(model, preset, &[]);
        driver.run_to(1).unwrap();
        let apart = deviation(&read(&driver, "output"), wanted.as_slice().unwrap());
        eprintln!("{preset}: {apart:.1e} from JAX");
        assert!(apart < 1e-5, "{preset}: {apart:e}");
    }
}

//! Counter-based random numbers, drawn alike on the GPU (`shaders/common/random.wgsl`) and here.
//!
//! A draw is a pure function of (seed, cycle, operation, index): the same in any order, on any device, in any pass.

use serde::{Deserialize, Serialize};

/// The generator behind the draws.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Generator {
    /// pcg4d (Jarzynski and Olano, JCGT 9(3), 2020): seven integer operations a word.
    #[default]
    Fast,
    /// Threefry2x32 with 20 rounds (Salmon et al., SC 2011): crush-resistant, three times the arithmetic.
    Strict,
}

/// Where draws come from: everything of the counter that is constant over a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draws {
    /// The generator.
    pub generator: Generator,
    /// The scene's seed.
    pub seed: u32,
}

impl Draws {
    /// Four independent words for one (cycle, operation, index).
    ///
    /// Fast: pcg4d of (index, operation, cycle, seed).
    /// Strict: Threefry2x32-20 of counter (index, cycle) under the keys (seed, 2·operation) for the first two words and
    /// (seed, 2·operation + 1) for the last two.
    pub fn words(self, cycle: u32, operation: u32, index: u32) -> [u32; 4] {
        match self.generator {
            Generator::Fast => pcg4d([index, operation, cycle, self.seed]),
            Generator::Strict => {
                let [a, b] = threefry2x32([index, cycle], [self.seed, operation.wrapping_mul(2)]);
                let [c, d] = threefry2x32([index, cycle], [self.seed, operation.wrapping_mul(2).wrapping_add(1)]);
                [a, b, c, d]
            }
        }
    }

    /// Four uniforms in (0, 1): (⌊w / 2⁹⌋ + ½)·2⁻²³, exact in f32.
    pub fn uniforms(self, cycle: u32, operation: u32, index: u32) -> [f64; 4] {
        self.words(cycle, operation, index).map(uniform)
    }

    /// Four standard normals by Box and Muller: the pairs (r₀ cos θ₀, r₀ sin θ₀) and (r₁ cos θ₁, r₁ sin θ₁) with
    /// r = √(−2 ln u) of the first and third uniform and θ = 2π u of the second and fourth.
    pub fn normals(self, cycle: u32, operation: u32, index: u32) -> [f64; 4] {
        let [a, b, c, d] = self.uniforms(cycle, operation, index);
        let [near, far] = [(a, b), (c, d)].map(|(magnitude, angle)| {
            let radius = (-2.0 * magnitude.ln()).sqrt();
            let (sine, cosine) = (std::f64::consts::TAU * angle).sin_cos();
            [radius * cosine, radius * sine]
        });
        [near[0], near[1], far[0], far[1]]
    }
}

/// A word of which every bit is wanted by itself.
///
/// The lowest bits of pcg4d depend on few of the counter's: a lattice whose spins were decided by single bits was too warm
/// by thirteen standard errors. Here each bit depends on all 32 of the word (lowbias32, Wellons 2018, a bijection).
pub fn spread(word: u32) -> u32 {
    let word = (word ^ (word >> 16)).wrapping_mul(0x7feb_352d);
    let word = (word ^ (word >> 15)).wrapping_mul(0x846c_a68b);
    word ^ (word >> 16)
}

/// Maps a word to (0, 1) without rounding in f32: 23 bits and a half.
pub fn uniform(word: u32) -> f64 {
    (f64::from(word >> 9) + 0.5) * (1.0 / 8_388_608.0)
}

/// pcg4d of Jarzynski and Olano.
pub fn pcg4d(counter: [u32; 4]) -> [u32; 4] {
    let mix = |[x, y, z, w]: [u32; 4]| {
        let x = x.wrapping_add(y.wrapping_mul(w));
        let y = y.wrapping_add(z.wrapping_mul(x));
        let z = z.wrapping_add(x.wrapping_mul(y));
        let w = w.wrapping_add(y.wrapping_mul(z));
        [x, y, z, w]
    };
    let scrambled = counter.map(|word| word.wrapping_mul(1_664_525).wrapping_add(1_013_904_223));
    mix(mix(scrambled).map(|word| word ^ (word >> 16)))
}

/// Threefry2x32 with 20 rounds: `counter` encrypted under `key`.
pub fn threefry2x32(counter: [u32; 2], key: [u32; 2]) -> [u32; 2] {
    const ROTATIONS: [u32; 8] = [13, 15, 26, 6, 17, 29, 16, 24];
    let schedule = [key[0], key[1], 0x1BD1_1BDA ^ key[0] ^ key[1]];
    let mut x = counter[0].wrapping_add(schedule[0]);
    let mut y = counter[1].wrapping_add(schedule[1]);
    for round in 0..20_u32 {
        x = x.wrapping_add(y);
        y = y.rotate_left(ROTATIONS[round as usize % 8]) ^ x;
        if round % 4 == 3 {
            let injection = round / 4 + 1;
            x = x.wrapping_add(schedule[injection as usize % 3]);
            y = y.wrapping_add(schedule[(injection as usize + 1) % 3]).wrapping_add(injection);
        }
    }
    [x, y]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pcg4d_gives_the_vectors_of_its_published_listing() {
        // From a transcription of the paper's listing in arbitrary-precision integers, reduced after every operation.
        assert_eq!(pcg4d([0; 4]), [0x0f02_f829, 0x2d56_8769, 0x32b0_c43b, 0xd325_48ea]);
        assert_eq!(pcg4d([1, 2, 3, 4]), [0x3622_cd16, 0xf114_71d8, 0xe110_9b3f, 0x02b9_4c2f]);
        assert_eq!(pcg4d([u32::MAX; 4]), [0x974e_d892, 0xc015_dc67, 0x9f95_5760, 0xa1bb_a208]);
        assert_eq!(
            pcg4d([0x243f_6a88, 0x85a3_08d3, 0x1319_8a2e, 0x0370_7344]),
            [0xb1d7_96e4, 0xfc8e_0cae, 0x9a41_85e6, 0xd097_5474]
        );
    }

    #[test]
    fn normals_follow_box_and_muller_on_the_words_in_order() {
        let draws = Draws { generator: Generator::Fast, seed: 42 };
        let wanted =
            [-1.286_660_587_492_905_6, 0.208_634_829_875_609, 0.591_719_178_199_226_9, -1.395_221_291_455_459_8];
        for (found, wanted) in draws.normals(3, 10, 5).into_iter().zip(wanted) {
            assert!((found - wanted).abs() < 1e-14, "found {found}, wanted {wanted}");
        }
    }

    #[test]
    fn threefry_gives_the_published_vectors() {
        // Known-answer vectors of the Random123 distribution for threefry2x32-20.
        assert_eq!(threefry2x32([0, 0], [0, 0]), [0x6b20_0159, 0x99ba_4efe]);
        assert_eq!(threefry2x32([u32::MAX; 2], [u32::MAX; 2]), [0x1cb9_96fc, 0xbb00_2be7]);
        assert_eq!(threefry2x32([0x243f_6a88, 0x85a3_08d3], [0x1319_8a2e, 0x0370_7344]), [0xc492_3a9c, 0x483d_f7a0]);
    }
}

//! What is measured of the temporal eigenstate network.

use super::Setting;

const PREFILL: &str = "scenes/ten_prefill.ron";
const STREAM: &str = "scenes/ten_stream.ron";
const LONG_TEXT: &str = "scenes/ten_long.ron";

const fn setting(
    name: &'static str,
    scene: &'static str,
    preset: &'static str,
    toggles: &'static [(&'static str, bool)],
) -> Setting {
    Setting { name, scene, preset, toggles, instead: None }
}

/// A chunk at a time: every toggle in its other position, then the published forms.
pub const SETTINGS: [Setting; 13] = [
    setting("prefill, corrected", PREFILL, "corrected", &[]),
    setting("prefill, batched_projection off", PREFILL, "corrected", &[("batched_projection", false)]),
    setting("prefill, preallocated off", PREFILL, "corrected", &[("preallocated", false)]),
    setting("prefill, batched_output off", PREFILL, "corrected", &[("batched_output", false)]),
    setting("prefill, fused_resonance off", PREFILL, "corrected", &[("fused_resonance", false)]),
    setting("prefill, scan off", PREFILL, "corrected", &[("scan", false)]),
    setting("prefill, diagonalised off", PREFILL, "corrected", &[("diagonalised", false)]),
    setting("prefill, fused_energy off", PREFILL, "corrected", &[("fused_energy", false)]),
    setting("prefill, tanh_gelu on", PREFILL, "corrected", &[("tanh_gelu", true)]),
    setting("prefill, half_weights on", PREFILL, "corrected", &[("half_weights", true)]),
    setting("prefill, published", PREFILL, "published", &[]),
    setting("prefill, published fix", PREFILL, "published-fix", &[]),
    setting("prefill, published scan", PREFILL, "published-scan", &[]),
];

/// A token at a time: what could matter to a single row.
pub const STREAMING: [Setting; 6] = [
    setting("stream, corrected", STREAM, "corrected", &[]),
    setting("stream, half_weights on", STREAM, "corrected", &[("half_weights", true)]),
    setting("stream, fused_resonance off", STREAM, "corrected", &[("fused_resonance", false)]),
    setting("stream, diagonalised off", STREAM, "corrected", &[("diagonalised", false)]),
    setting("stream, fused_energy off", STREAM, "corrected", &[("fused_energy", false)]),
    setting("stream, published", STREAM, "published", &[]),
];

/// A long text, in chunks of 1,024 tokens: whether a token costs as much after 262,144 as after 2,048, and takes as much
/// memory.
pub const LONG: [Setting; 4] = [
    setting("after 2,048 tokens", LONG_TEXT, "corrected", &[]),
    setting("after 16,384 tokens", LONG_TEXT, "corrected", &[]),
    setting("after 131,072 tokens", LONG_TEXT, "corrected", &[]),
    setting("after 262,144 tokens", LONG_TEXT, "corrected", &[]),
];

/// The chunks of these.
pub const LONG_CHUNKS: [u64; 4] = [2, 16, 128, 256];

//! What the tests of every system's description hold it to.

use super::{Description, Toggle, ToggleSet};
use std::fmt::Debug;

/// Each toggle alone must set the one switch that has its name, and no other.
pub fn assert_toggles_move_their_switches<S: Debug>(toggles: &[Toggle], switches: impl Fn(ToggleSet) -> S) {
    for (index, toggle) in toggles.iter().enumerate() {
        let shown = format!("{:?}", switches(ToggleSet::NONE.with(index, true)));
        assert_eq!(shown.matches("true").count(), 1, "{shown}");
        assert!(shown.contains(&format!(" {}: true", toggle.name)), "{} moved {shown}", toggle.name);
    }
}

/// Each preset must name toggles that exist, each once.
pub fn assert_presets_name_toggles(description: &Description) {
    for preset in description.presets {
        let set = description.preset(preset.name).unwrap();
        assert_eq!(set.names(&description.toggles).len(), preset.on.len(), "{}", preset.name);
    }
}

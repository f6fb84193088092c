//! How the user wants to see the state: what the panels change and the painter reads.

/// Which parts of the picture are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Layout {
    /// Three orthogonal slices.
    Slices,
    /// The volume.
    Volume,
    /// Slices and volume side by side.
    #[default]
    Both,
}

impl Layout {
    /// Every layout with its name.
    pub const ALL: [(Self, &'static str); 3] =
        [(Self::Slices, "slices"), (Self::Volume, "volume"), (Self::Both, "both")];
}

/// Which number of a site is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Quantity {
    /// One channel.
    Channel(u32),
    /// The mean over the channels.
    #[default]
    Mean,
    /// The variance over the channels.
    Variance,
}

impl Quantity {
    /// What the legend says of it.
    pub fn name(self) -> String {
        match self {
            Self::Channel(channel) => format!("channel {channel}"),
            Self::Mean => "channel mean".to_owned(),
            Self::Variance => "channel variance".to_owned(),
        }
    }
}

/// How numbers become colours.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ColourMap {
    /// Dark violet over green to yellow; evenly bright steps.
    #[default]
    Viridis,
    /// Black over red to pale yellow.
    Inferno,
    /// Blue over white to red, for signed values.
    Diverging,
    /// Black to white.
    Grey,
}

impl ColourMap {
    /// Every map with its name.
    pub const ALL: [(Self, &'static str); 4] =
        [(Self::Viridis, "viridis"), (Self::Inferno, "inferno"), (Self::Diverging, "diverging"), (Self::Grey, "grey")];

    /// Its name.
    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(map, _)| *map == self).map_or("", |(_, name)| name)
    }

    /// Its colour at `at` in [0, 1], for the legend.
    pub fn colour(self, at: f32) -> [u8; 3] {
        let stops: &[[u8; 3]] = match self {
            Self::Viridis => &[[68, 1, 84], [59, 82, 139], [33, 145, 140], [94, 201, 98], [253, 231, 37]],
            Self::Inferno => &[[0, 0, 4], [87, 16, 110], [188, 55, 84], [249, 142, 9], [252, 255, 164]],
            Self::Diverging => &[[59, 76, 192], [141, 176, 254], [221, 221, 221], [244, 154, 123], [180, 4, 38]],
            Self::Grey => &[[0, 0, 0], [255, 255, 255]],
        };
        let place = at.clamp(0.0, 1.0) * (stops.len() - 1) as f32;
        let below = (place as usize).min(stops.len() - 2);
        let part = place - below as f32;
        std::array::from_fn(|i| {
            let (low, high) = (f32::from(stops[below][i]), f32::from(stops[below + 1][i]));
            (low + (high - low) * part).round() as u8
        })
    }
}

/// Which values the ends of the colour map stand for.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Range {
    /// The smallest and largest value on show.
    #[default]
    Auto,
    /// These.
    Fixed {
        /// Value of the map's first colour.
        low: f32,
        /// Value of the map's last colour.
        high: f32,
    },
}

/// How the user wants to see the state.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Slices, volume or both.
    pub layout: Layout,
    /// The number on show.
    pub quantity: Quantity,
    /// Where the slices lie along x, y, z, each in [0, 1].
    pub slices: [f32; 3],
    /// The colours.
    pub colour_map: ColourMap,
    /// What the colours stand for.
    pub range: Range,
    /// Whether marked sites are drawn.
    pub spots: bool,
    /// Turn of the volume about its upright axis, in radians.
    pub yaw: f32,
    /// Tilt of the volume, in radians.
    pub pitch: f32,
    /// How close the volume is seen; 1 shows it whole.
    pub zoom: f32,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            layout: Layout::default(),
            quantity: Quantity::default(),
            slices: [0.5; 3],
            colour_map: ColourMap::default(),
            range: Range::default(),
            spots: true,
            yaw: 0.6,
            pitch: 0.4,
            zoom: 1.0,
        }
    }
}

/// One change of the look.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum LookChange {
    /// Slices, volume or both.
    Layout(Layout),
    /// Another number.
    Quantity(Quantity),
    /// Moves the slice across axis 0, 1 or 2 to a place in [0, 1].
    Slice(usize, f32),
    /// Other colours.
    ColourMap(ColourMap),
    /// Other values for the ends.
    Range(Range),
    /// Shows or hides marked sites.
    Spots(bool),
    /// Turns the volume, in radians.
    Turn {
        /// About the upright axis.
        yaw: f32,
        /// Up or down.
        pitch: f32,
    },
    /// Multiplies the zoom.
    Zoom(f32),
    /// A drag over the picture, both places in [0, 1]: moves a slice or turns the volume, by what lies under `from`.
    Drag {
        /// Where the pointer was.
        from: [f32; 2],
        /// Where it is.
        to: [f32; 2],
    },
}

impl Look {
    /// Takes over a change. A drag is the painter's to understand, see `paint::drag`.
    pub fn change(&mut self, change: LookChange) {
        match change {
            LookChange::Layout(layout) => self.layout = layout,
            LookChange::Quantity(quantity) => self.quantity = quantity,
            LookChange::Slice(axis, place) => {
                if let Some(slice) = self.slices.get_mut(axis) {
                    *slice = place.clamp(0.0, 1.0);
                }
            }
            LookChange::ColourMap(map) => self.colour_map = map,
            LookChange::Range(range) => self.range = range,
            LookChange::Spots(spots) => self.spots = spots,
            LookChange::Turn { yaw, pitch } => {
                self.yaw += yaw;
                self.pitch = (self.pitch + pitch).clamp(-1.5, 1.5);
            }
            LookChange::Zoom(factor) => self.zoom = (self.zoom * factor).clamp(0.25, 8.0),
            LookChange::Drag { from, to } => super::paint::drag(self, from, to),
        }
    }
}

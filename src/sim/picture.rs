//! What a system offers to look at, as plain data: painters and the window work on these kinds alone.

/// One thing to look at.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Name as scenes and commands write it, unique within the system.
    pub name: &'static str,
    /// What it shows, in one sentence.
    pub about: &'static str,
    /// What its values are: the colours that it starts with follow from it.
    pub values: Values,
    /// What a value is called and in which unit: "arg ψ, rad"; the picture's name where nothing else is said.
    pub quantity: String,
    /// What is drawn, and from which array.
    pub content: Content,
    /// What is marked on a map or a surface.
    pub marks: Option<Marks>,
    /// Which of its nodes stand out, on a map or a surface.
    pub highlight: Option<Highlight>,
    /// What is outlined on a map.
    pub outline: Option<Outline>,
    /// The cell of a map that is pointed at, as column and row.
    pub pointed: Option<[u32; 2]>,
    /// Stretches of the x axis of traces that something is to be said of.
    pub stretches: Vec<Stretch>,
    /// The point, or the row of a map, that stands out: the one that other pictures are about.
    pub chosen: Option<u32>,
}

impl Picture {
    /// A picture of these parts.
    pub fn new(name: &'static str, about: &'static str, values: Values, content: Content) -> Self {
        Self {
            name,
            about,
            values,
            quantity: name.to_owned(),
            content,
            marks: None,
            highlight: None,
            outline: None,
            pointed: None,
            stretches: Vec::new(),
            chosen: None,
        }
    }

    /// The picture with values of this name and unit.
    #[must_use]
    pub fn of(self, quantity: impl Into<String>) -> Self {
        Self { quantity: quantity.into(), ..self }
    }

    /// The picture with this point or row standing out.
    #[must_use]
    pub fn with_chosen(self, chosen: u32) -> Self {
        Self { chosen: Some(chosen), ..self }
    }

    /// The picture with these marks.
    #[must_use]
    pub fn with_marks(self, marks: Marks) -> Self {
        Self { marks: Some(marks), ..self }
    }

    /// The picture in which these nodes stand out.
    #[must_use]
    pub fn with_highlight(self, highlight: Highlight) -> Self {
        Self { highlight: Some(highlight), ..self }
    }

    /// The picture with these cells outlined.
    #[must_use]
    pub fn with_outline(self, outline: Outline) -> Self {
        Self { outline: Some(outline), ..self }
    }

    /// The picture with this cell as the one that is pointed at.
    #[must_use]
    pub fn with_pointed(self, cell: [u32; 2]) -> Self {
        Self { pointed: Some(cell), ..self }
    }

    /// The picture with these stretches of its x axis.
    #[must_use]
    pub fn with_stretches(self, stretches: Vec<Stretch>) -> Self {
        Self { stretches, ..self }
    }
}

/// A stretch of an axis, or a place where both ends are the same: a remark, or what is left out.
#[derive(Clone, Debug, PartialEq)]
pub struct Stretch {
    /// Where it begins, as the axis counts.
    pub from: f64,
    /// Where it ends.
    pub to: f64,
    /// The row that it is about; all of them where none is named.
    pub row: Option<u32>,
    /// What is said of it.
    pub text: String,
}

/// Cells of a map that are outlined: those where another table of the same columns and rows is below a level.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Outline {
    /// What it stands for.
    pub name: &'static str,
    /// The numbers: of an array of one slab of [`F32`](super::Element::F32).
    pub table: Table,
    /// The level.
    pub below: f32,
}

/// What kind of numbers a picture shows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub enum Values {
    /// Any numbers; colours span nearly all that are there.
    #[default]
    Any,
    /// Numbers that are compared with 0: a diverging map, symmetric about it.
    Signed,
    /// Angles in radians from -π to π: a cyclic map.
    Angle,
    /// Numbers between these two, always.
    Within(f32, f32),
}

/// What is drawn.
#[derive(Clone, Debug, PartialEq)]
pub enum Content {
    /// A scalar or vector field on a cube of sites: slices and volume.
    Cube {
        /// Name of the array, shape `[channels / 4, z, y, x, 4]`.
        array: &'static str,
        /// Sites along an edge.
        sites: u32,
        /// Channels.
        channels: u32,
        /// Marked sites with a name for the legend: sensors, motors.
        spots: Vec<(&'static str, Vec<[u32; 3]>)>,
    },
    /// Two values on a square of sites.
    Checkerboard {
        /// Name of the array of zeros and ones, shape `[2, y, x / 2]`: the sites with x + y even, then the others.
        array: &'static str,
        /// Sites along an edge.
        sites: u32,
    },
    /// A table as coloured cells: columns to the right, rows upwards.
    Map {
        /// The numbers.
        table: Table,
        /// Along the columns.
        x: Axis,
        /// Along the rows.
        y: Axis,
    },
    /// A table as lines: a row is a line, its columns run to the right.
    Traces {
        /// The numbers.
        table: Table,
        /// Names of the rows.
        names: Vec<String>,
        /// Along the columns.
        x: Axis,
        /// What the values are; its ends are those of the picture's range.
        y: String,
        /// Whether each line has a strip of its own instead of all sharing one.
        lanes: bool,
    },
    /// A table as a sheet in space, seen from an orbit about the origin, z upwards: a node per column and row. A single row is
    /// no sheet and drawn as points.
    Surface {
        /// The numbers.
        table: Table,
        /// Where the nodes are.
        places: Places,
        /// Along the columns.
        x: Axis,
        /// Along the rows.
        y: Axis,
        /// What the last column is to the first.
        seam: Seam,
        /// Radius of a sphere about the origin that holds all nodes.
        radius: f32,
    },
    /// One row of numbers as sectors around a circle, the first from half a turn on, counter-clockwise: how long a sector is
    /// says how large its number is.
    Sectors {
        /// The numbers: none is below 0.
        table: Table,
        /// What they are of.
        title: String,
    },
    /// Points of the plane.
    Points {
        /// A column per point; the rows are x and y.
        table: Table,
        /// One row of numbers that the points are coloured by.
        colours: Option<Table>,
        /// Whether a line runs from the origin to each point, as for phasors.
        spokes: bool,
        /// Whether the unit circle is drawn.
        circle: bool,
        /// To the right; must be [`Ticks::Even`].
        x: Axis,
        /// Upwards; must be [`Ticks::Even`].
        y: Axis,
    },
}

impl Content {
    /// The axes to the right and upwards, where it has any.
    pub fn axes(&self) -> Option<[Axis; 2]> {
        match self {
            Self::Cube { .. } | Self::Checkerboard { .. } | Self::Surface { .. } | Self::Sectors { .. } => None,
            Self::Map { x, y, .. } | Self::Points { x, y, .. } => Some([x.clone(), y.clone()]),
            Self::Traces { x, y, lanes, names, .. } => {
                let up = if *lanes { Ticks::Named(names.iter().rev().cloned().collect()) } else { Ticks::OfValues };
                Some([x.clone(), Axis { title: y.clone(), ticks: up }])
            }
        }
    }

    /// How large it is, for people.
    pub fn extent(&self) -> String {
        match self {
            Self::Cube { sites, channels, .. } => format!("{sites}³ sites × {channels} channels"),
            Self::Checkerboard { sites, .. } => format!("{sites}² sites"),
            Self::Map { table, .. } => format!("{} × {} cells", table.columns, table.rows),
            Self::Surface { table: Table { columns, rows: 1, .. }, .. } => format!("{columns} nodes"),
            Self::Surface { table, .. } => format!("{} × {} nodes", table.columns, table.rows),
            Self::Traces { table, .. } => format!("{} lines of {} samples", table.rows, table.columns),
            Self::Points { table, .. } => format!("{} points", table.columns),
            Self::Sectors { table, .. } => format!("{} sectors", table.columns),
        }
    }
}

/// Where the nodes of a surface are: an array of one slab of [`F32`](super::Element::F32), x, y and z one behind the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Places {
    /// Name of the array.
    pub array: &'static str,
    /// Element of the first node's x.
    pub first: u32,
    /// Elements from one column to the next, and from one row to the next.
    pub steps: [u32; 2],
}

/// What the last column of a surface is to the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Seam {
    /// No neighbour.
    #[default]
    Open,
    /// A neighbour, row by row.
    Closed,
    /// A neighbour with the rows in reverse order, as on a one-sided band.
    Twisted,
}

/// Signed places on a map or a surface, as they are now and as they were: an array of one slab of
/// [`F32`](super::Element::F32), shape `[moments · lanes + 1, 4]`.
///
/// A record is column, row, both counted in nodes from the first one, sign and 0; a sign of 0 is no mark. The moments are a
/// ring, and the record behind all of them begins with the number of the moment that is now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Marks {
    /// What they are, in the plural.
    pub name: &'static str,
    /// Name of the array.
    pub array: &'static str,
    /// Marks of a moment at most.
    pub lanes: u32,
    /// Moments that are kept.
    pub moments: u32,
}

/// Nodes of a map or a surface that stand out: those whose number is the newest one, unless that is 0. Whatever is done to
/// some of the nodes at a time can leave the number of the cycle with them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Highlight {
    /// What they are, in the plural.
    pub name: &'static str,
    /// A number per node, as many columns and rows as the picture has.
    pub table: Table,
    /// The newest number: a table of one column and row.
    pub newest: Table,
}

/// Where a table of numbers lies in an array of one slab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Table {
    /// Name of the array.
    pub array: &'static str,
    /// The element of the first column and row.
    pub first: u32,
    /// Columns.
    pub columns: u32,
    /// Rows.
    pub rows: u32,
    /// Elements from one column to the next, and from one row to the next.
    pub steps: [u32; 2],
    /// The column that is shown first; those before it follow behind the last one: a ring.
    pub turned: u32,
    /// What of an element is shown.
    pub part: Part,
}

impl Table {
    /// The whole of an array of this shape, rows by columns.
    pub fn whole(array: &'static str, rows: u32, columns: u32) -> Self {
        Self { array, first: 0, columns, rows, steps: [1, columns], turned: 0, part: Part::Value }
    }

    /// The element behind the last one that it reads; more than 32 bits where it lies outside any buffer.
    pub fn end(&self) -> u64 {
        let pair = if self.part == Part::Value { 1 } else { 2 };
        let [across, up] = self.steps.map(u64::from);
        let last = |count: u32| u64::from(count.saturating_sub(1));
        u64::from(self.first) + last(self.columns) * across + last(self.rows) * up + pair
    }
}

/// What of an element a table shows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// The number.
    #[default]
    Value,
    /// The magnitude of the complex number whose real part it is, followed by the imaginary part.
    Magnitude,
    /// The argument of that number, in radians from -π to π.
    Argument,
}

/// What stands along an edge of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// What it is and in which unit: "phase frequency, Hz".
    pub title: String,
    /// Where it has which value.
    pub ticks: Ticks,
}

impl Axis {
    /// An axis on which values are spread evenly between the outer edges of the first and the last cell.
    pub fn even(title: impl Into<String>, low: f64, high: f64) -> Self {
        Self { title: title.into(), ticks: Ticks::Even { low, high } }
    }

    /// An axis with a value in the middle of each cell.
    pub fn at(title: impl Into<String>, centres: Vec<f64>) -> Self {
        Self { title: title.into(), ticks: Ticks::At(centres) }
    }
}

/// Where an axis has which value.
#[derive(Clone, Debug, PartialEq)]
pub enum Ticks {
    /// Evenly, from the outer edge of the first cell to that of the last one.
    Even {
        /// The value of the first edge.
        low: f64,
        /// The value of the last edge.
        high: f64,
    },
    /// The middles of the cells, one value each.
    At(Vec<f64>),
    /// A name for each cell.
    Named(Vec<String>),
    /// As the picture's range, which only its painter knows.
    OfValues,
}

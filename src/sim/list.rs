//! Things that come and go, as rows of figures: what the window lists beside the pictures.

/// A list: an array of one slab of [`F32`](super::Element::F32), a record after the other, of which some may be empty.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// What is listed, in the plural.
    pub name: &'static str,
    /// Name of the array.
    pub array: &'static str,
    /// Records at most.
    pub records: u32,
    /// Numbers of a record.
    pub numbers: u32,
    /// The number of a record that is 0 where there is none.
    pub present: u32,
    /// What is shown of a record.
    pub columns: Vec<Column>,
}

/// A figure of every record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    /// What it is and in which unit.
    pub title: &'static str,
    /// Which number of the record.
    pub number: u32,
    /// How it is to be read.
    pub meaning: Meaning,
}

/// How a number of a record is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// As it stands.
    Number,
    /// A sign: positive or negative.
    Sign,
    /// The number of a cycle: shown is how many cycles ago that was.
    Since,
}

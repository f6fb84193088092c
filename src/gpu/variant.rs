//! The name of a pipeline before it is built.

/// A kernel under one setting of its shader definitions. Definitions are sorted by name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Variant {
    /// Path of the kernel under `shaders/`, without ending: `field/pointwise`.
    pub kernel: &'static str,
    /// Definitions with their values; a plain switch is defined as 1.
    pub definitions: Vec<(&'static str, i32)>,
}

impl Variant {
    /// A kernel with these definitions, in any order.
    pub fn new(kernel: &'static str, definitions: impl IntoIterator<Item = (&'static str, i32)>) -> Self {
        let mut definitions: Vec<_> = definitions.into_iter().collect();
        definitions.sort_unstable();
        definitions.dedup();
        Self { kernel, definitions }
    }

    /// This variant with one more definition.
    #[must_use]
    pub fn with(self, name: &'static str, value: i32) -> Self {
        Self::new(self.kernel, self.definitions.into_iter().chain([(name, value)]))
    }
}

impl std::fmt::Display for Variant {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{}", self.kernel)?;
        for (name, value) in &self.definitions {
            match value {
                1 => write!(formatter, " {name}")?,
                other => write!(formatter, " {name}={other}")?,
            }
        }
        Ok(())
    }
}

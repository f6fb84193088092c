//! Sentences for the user: faults, refusals, notes.

/// How bad it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Good to know.
    Note,
    /// A wish was not granted.
    Warning,
    /// Something does not work.
    Error,
}

/// One sentence, and how often it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How bad.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
    /// How often it came.
    pub times: u32,
}

/// Most notices kept; the oldest go first.
const KEPT: usize = 8;

/// The notices that were not dismissed yet, oldest first.
#[derive(Debug, Default)]
pub struct Notices {
    list: Vec<Notice>,
}

impl Notices {
    /// Adds one; the same sentence again only counts up.
    pub fn add(&mut self, severity: Severity, text: String) {
        if let Some(known) = self.list.iter_mut().find(|notice| notice.text == text) {
            known.times += 1;
            return;
        }
        if self.list.len() == KEPT {
            self.list.remove(0);
        }
        self.list.push(Notice { severity, text, times: 1 });
    }

    /// Takes one off the screen.
    pub fn dismiss(&mut self, index: usize) {
        if index < self.list.len() {
            self.list.remove(index);
        }
    }

    /// All of them, oldest first.
    pub fn list(&self) -> &[Notice] {
        &self.list
    }
}

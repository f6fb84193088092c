//! What a system offers beside its parameters: values that are worth a mark, and courses that a parameter may follow.

/// A value of a parameter that deserves a mark on its slider.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark {
    /// The parameter.
    pub parameter: &'static str,
    /// What stands at the mark, in a few letters.
    pub name: &'static str,
    /// What it is, in one sentence.
    pub about: &'static str,
    /// Where it is.
    pub value: f64,
}

/// A way that a parameter takes over some cycles, leg by leg.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// Name as commands and sessions write it.
    pub name: &'static str,
    /// What it does, in one sentence.
    pub about: &'static str,
    /// The parameter.
    pub parameter: &'static str,
    /// What it does one after another.
    pub legs: Vec<Leg>,
}

/// A part of a course: from the value that the parameter has to another one, in even steps.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Leg {
    /// The value that it ends with.
    pub to: f64,
    /// Cycles that it takes; with 0 it is done before the cycle that comes next.
    pub over: u64,
}

impl Course {
    /// Cycles of all legs together.
    pub fn cycles(&self) -> u64 {
        self.legs.iter().map(|leg| leg.over).sum()
    }

    /// The parameter in cycle number `cycle` of the course, counted from 1, where it had the value `from` before; in all
    /// later cycles that of the course's end. A function of these two alone, so that a replay gives the same to the bit.
    pub fn value(&self, from: f64, cycle: u64) -> f64 {
        let (mut at, mut left) = (from, cycle);
        for leg in &self.legs {
            if left <= leg.over {
                return if left == leg.over { leg.to } else { at + (leg.to - at) * left as f64 / leg.over as f64 };
            }
            left -= leg.over;
            at = leg.to;
        }
        at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn course(legs: &[(f64, u64)]) -> Course {
        let legs = legs.iter().map(|(to, over)| Leg { to: *to, over: *over }).collect();
        Course { name: "there and back", about: "", parameter: "gain", legs }
    }

    fn values(course: &Course, from: f64) -> Vec<f64> {
        (1..=course.cycles() + 2).map(|cycle| course.value(from, cycle)).collect()
    }

    #[test]
    fn legs_follow_each_other_and_the_last_value_stays() {
        assert_eq!(values(&course(&[(2.0, 4)]), 1.0), [1.25, 1.5, 1.75, 2.0, 2.0, 2.0]);
        assert_eq!(values(&course(&[(8.0, 0), (8.0, 2), (1.0, 0)]), 3.0), [8.0, 8.0, 1.0, 1.0]);
        assert_eq!(values(&course(&[(4.0, 0), (2.0, 2)]), 9.0), [3.0, 2.0, 2.0, 2.0]);
        assert_eq!(values(&course(&[(4.0, 0)]), 9.0), [4.0, 4.0]);
        assert_eq!(values(&course(&[]), 9.0), [9.0, 9.0]);
    }
}

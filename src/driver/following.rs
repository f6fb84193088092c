//! Courses: a parameter that is moved before every cycle, and told as the commands that would have done it.

use super::{Command, Driver, Event, Following};
use crate::sim::{Course, Refusal};

/// A course that is being followed.
#[derive(Clone, Debug)]
pub struct Underway {
    course: Course,
    /// The parameter's value before it.
    from: f64,
    /// The cycle after which it began.
    after: u64,
}

impl Driver {
    /// Lets a parameter follow a course from the next cycle on; one that is under way ends.
    pub(super) fn begin_course(&mut self, name: &str) -> Result<(), Refusal> {
        let course = self.course(name)?;
        let from = self.simulation.parameter(course.parameter);
        let from = from.ok_or_else(|| Refusal(format!("no parameter is called `{}`", course.parameter)))?;
        self.underway = Some(Underway { course, from, after: self.status.cycle });
        Ok(())
    }

    /// The course of this name.
    ///
    /// # Errors
    /// The system has none of that name; the refusal lists those that it has.
    pub fn course(&self, name: &str) -> Result<Course, Refusal> {
        let courses = self.simulation.courses();
        let names = courses.iter().map(|course| course.name).collect::<Vec<_>>().join(", ");
        courses.into_iter().find(|course| course.name == name).ok_or_else(|| {
            let system = self.simulation.description().name;
            Refusal(if names.is_empty() {
                format!("no course is called `{name}`: {system} has none")
            } else {
                format!("no course is called `{name}`; there are {names}")
            })
        })
    }

    /// Whoever moves a parameter by hand does not want it moved by a course.
    pub(super) fn leave_course_of(&mut self, parameter: &str) {
        self.underway.take_if(|underway| underway.course.parameter == parameter);
    }

    /// Moves the parameter to where the course has it in the cycle that comes next.
    pub(super) fn follow_course(&mut self) {
        let next = self.status.cycle + 1;
        let Some(underway) = &self.underway else { return };
        let name = underway.course.parameter;
        let done = next.saturating_sub(underway.after);
        let value = underway.course.value(underway.from, done);
        if done > underway.course.cycles() {
            self.underway = None;
        }
        if self.simulation.parameter(name) == Some(value) {
            return;
        }
        let command = Command::SetParameter { name: name.to_owned(), value };
        match self.simulation.set_parameter(name, value) {
            Ok(()) => self.tell(&Event::Applied { cycle: next, command }),
            Err(refusal) => {
                self.underway = None;
                self.tell(&Event::Refused { command, reason: refusal.0 });
            }
        }
    }

    /// How far the course under way has been followed.
    pub(super) fn following(&self) -> Option<Following> {
        let Underway { course, after, .. } = self.underway.as_ref()?;
        let done = self.status.cycle.saturating_sub(*after);
        Some(Following { name: course.name, parameter: course.parameter, cycles: [done, course.cycles()] })
    }
}

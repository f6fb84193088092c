//! The numbers behind a flat picture, with what stands along its axes: for files that other programs read.

use super::plane::source::Source;
use super::{Subject, ViewError};
use crate::gpu::Gpu;
use crate::gpu::readback::read_and_wait;
use crate::sim::{Axis, Content, Element, Part, Table, Ticks};
use ndarray::Array2;
use std::fmt::Write;

/// A table of numbers as a picture shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct Numbers {
    /// Rows by columns.
    pub values: Array2<f32>,
    /// What stands along the columns and along the rows, with what it is.
    pub axes: [Along; 2],
}

/// What stands along an axis, one for each column or row.
#[derive(Clone, Debug, PartialEq)]
pub struct Along {
    /// What it is, and in which unit.
    pub title: String,
    /// The middles of the cells; empty where they have names.
    pub values: Vec<f64>,
    /// Names; empty where they have values.
    pub names: Vec<String>,
}

impl Along {
    fn new(axis: Axis, count: u32) -> Self {
        let Axis { title, ticks } = axis;
        let even = |low: f64, high: f64| {
            (0..count).map(|at| low + (high - low) * (f64::from(at) + 0.5) / f64::from(count.max(1))).collect()
        };
        let (values, names) = match ticks {
            Ticks::Even { low, high } => (even(low, high), Vec::new()),
            Ticks::At(values) => (values, Vec::new()),
            // Lines of traces are named from the bottom.
            Ticks::Named(names) => (Vec::new(), names),
            Ticks::OfValues => (Vec::new(), Vec::new()),
        };
        Self { title, values, names }
    }

    fn at(&self, index: usize) -> String {
        match (self.values.get(index), self.names.get(index)) {
            (Some(value), _) => value.to_string(),
            (None, Some(name)) => name.replace([',', '"', '\n'], " "),
            (None, None) => (index + 1).to_string(),
        }
    }
}

impl Numbers {
    /// The numbers of a picture; none where it is no table of 32-bit floats. Waits for the device.
    ///
    /// # Errors
    /// The picture does not fit the state, or a lost device.
    pub fn read(gpu: &Gpu, subject: &Subject<'_>) -> Result<Option<Self>, ViewError> {
        let content = &subject.picture.content;
        let (table, x, y) = match content {
            Content::Map { table, x, y } => (*table, x.clone(), y.clone()),
            Content::Traces { table, names, x, .. } => {
                (*table, x.clone(), Axis { title: "line".to_owned(), ticks: Ticks::Named(names.clone()) })
            }
            Content::Sectors { table, title } => {
                let x = Axis::even("degrees", -180.0, 180.0);
                (*table, x, Axis { title: title.clone(), ticks: Ticks::OfValues })
            }
            _ => return Ok(None),
        };
        if subject.state.array(table.array).is_none_or(|array| array.element != Element::F32) {
            return Ok(None);
        }
        let source = Source::new(subject, table)?;
        let first = u64::from(table.first);
        let bytes = read_and_wait(gpu, source.buffer, 4 * first, 4 * (table.end() - first))?;
        let held: Vec<f32> = bytemuck::pod_collect_to_vec(&bytes);
        let at = |(row, column): (usize, usize)| shown(&held, &table, row as u32, column as u32);
        let values = Array2::from_shape_fn((table.rows as usize, table.columns as usize), at);
        Ok(Some(Self { values, axes: [Along::new(x, table.columns), Along::new(y, table.rows)] }))
    }

    /// As text with commas: a row of what stands along the columns, and in front of each row what stands there.
    pub fn csv(&self) -> String {
        let [x, y] = &self.axes;
        let mut text = format!("{} \\ {}", y.title.replace(',', ""), x.title.replace(',', ""));
        (0..self.values.ncols()).for_each(|column| {
            let _ = write!(text, ",{}", x.at(column));
        });
        for (index, row) in self.values.rows().into_iter().enumerate() {
            let _ = write!(text, "\n{}", y.at(index));
            row.iter().for_each(|value| {
                let _ = write!(text, ",{value}");
            });
        }
        text.push('\n');
        text
    }
}

/// A number of the table, of what was read from its first element on.
fn shown(held: &[f32], table: &Table, row: u32, column: u32) -> f32 {
    let column = (column + table.turned) % table.columns;
    let place = (column * table.steps[0] + row * table.steps[1]) as usize;
    let [value, next] = [0, 1].map(|by| held.get(place + by).copied().unwrap_or(f32::NAN));
    match table.part {
        Part::Value => value,
        Part::Magnitude => value.hypot(next),
        Part::Argument => next.atan2(value),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_as_it_is_shown() {
        let table = Table { columns: 3, rows: 2, steps: [1, 3], turned: 1, ..Table::whole("numbers", 2, 3) };
        let held = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0];
        let rows = [0, 1].map(|row| [0, 1, 2].map(|column| shown(&held, &table, row, column)));
        assert_eq!(rows, [[2.0, 3.0, 1.0], [5.0, 6.0, 4.0]]);
        let complex = Table { part: Part::Magnitude, steps: [2, 4], columns: 2, rows: 1, turned: 0, ..table };
        assert_eq!(shown(&[3.0, 4.0, 0.0, 1.0], &complex, 0, 0), 5.0);
    }

    #[test]
    fn text_has_what_stands_along_both_axes() {
        let axes = [
            Along::new(Axis::at("phase, Hz", vec![4.0, 8.5]), 2),
            Along::new(Axis { title: "line".to_owned(), ticks: Ticks::Named(vec!["a,b".to_owned()]) }, 1),
        ];
        let numbers = Numbers { values: ndarray::arr2(&[[0.25, -1.0]]), axes };
        assert_eq!(numbers.csv(), "line \\ phase Hz,4,8.5\na b,0.25,-1\n");
    }
}

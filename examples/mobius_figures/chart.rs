//! A chart of a few lines as SVG: axes that are linear or logarithmic, ticks, a title and names.

use std::fmt::Write;

const SIZE: [f64; 2] = [720.0, 380.0];
/// Left, top, right and bottom of what is within the axes.
const INNER: [f64; 4] = [78.0, 44.0, 700.0, 326.0];
const COLOURS: [&str; 4] = ["#1f77b4", "#d95f02", "#2a9d5b", "#7b4fa3"];

/// An axis.
pub struct Axis {
    /// What it is and in which unit.
    pub title: &'static str,
    /// Its ends.
    pub ends: [f64; 2],
    /// Whether its decades are equally long.
    pub is_logarithmic: bool,
}

/// A line.
pub struct Line {
    /// What it is.
    pub name: String,
    /// Its points; those that an axis cannot show are left out.
    pub points: Vec<[f64; 2]>,
    /// Whether every point has a dot.
    pub is_dotted: bool,
}

impl Axis {
    /// Where a value is, from 0 to 1; `None` beyond the ends.
    fn share(&self, value: f64) -> Option<f64> {
        let scaled = |value: f64| if self.is_logarithmic { value.log10() } else { value };
        let [low, high] = self.ends.map(scaled);
        let share = (scaled(value) - low) / (high - low);
        (-1e-9..=1.0 + 1e-9).contains(&share).then_some(share)
    }

    fn ticks(&self) -> Vec<(f64, String)> {
        let [low, high] = self.ends;
        if self.is_logarithmic {
            let decades = low.log10().round() as i32..=high.log10().round() as i32;
            return decades.map(|decade| (10.0_f64.powi(decade), decade_name(decade))).collect();
        }
        let rough = (high - low) / 6.0;
        let power = 10.0_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 5.0].map(|factor| factor * power).into_iter().find(|step| *step >= rough * 0.999);
        let step = step.unwrap_or(10.0 * power);
        let decimals = (-step.log10().floor()).max(0.0) as usize;
        let count = ((high - low) / step + 1e-9) as u32;
        (0..=count).map(|at| low + f64::from(at) * step).map(|at| (at, format!("{at:.decimals$}"))).collect()
    }
}

fn decade_name(decade: i32) -> String {
    match decade {
        -2..=4 => 10.0_f64.powi(decade).to_string(),
        _ => format!("1e{decade}"),
    }
}

/// The chart as a document.
pub fn svg(title: &str, [x, y]: [&Axis; 2], lines: &[Line]) -> Result<String, std::fmt::Error> {
    let mut out = String::new();
    let [width, height] = SIZE;
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\" font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">"
    )?;
    writeln!(out, "<rect width=\"{width}\" height=\"{height}\" fill=\"#fff\"/>")?;
    writeln!(out, "<text x=\"{}\" y=\"24\" font-size=\"14\" font-weight=\"bold\">{title}</text>", INNER[0])?;
    axes(&mut out, x, y)?;
    for (place, (line, colour)) in lines.iter().zip(COLOURS.into_iter().cycle()).enumerate() {
        draw(&mut out, [x, y], line, colour)?;
        let at = INNER[1] + 18.0 + 18.0 * place as f64;
        writeln!(
            out,
            "<rect x=\"{0}\" y=\"{1}\" width=\"16\" height=\"3\" fill=\"{colour}\"/><text x=\"{2}\" y=\"{at}\">{3}</text>",
            INNER[0] + 250.0,
            at - 5.5,
            INNER[0] + 272.0,
            line.name
        )?;
    }
    writeln!(out, "</svg>")?;
    Ok(out)
}

fn place([x, y]: [&Axis; 2], [across, up]: [f64; 2]) -> Option<[f64; 2]> {
    let [left, top, right, bottom] = INNER;
    let (across, up) = (x.share(across)?, y.share(up)?);
    Some([left + (right - left) * across, bottom - (bottom - top) * up])
}

fn axes(out: &mut String, x: &Axis, y: &Axis) -> std::fmt::Result {
    let [left, top, right, bottom] = INNER;
    for (value, text) in x.ticks() {
        let Some([at, _]) = place([x, y], [value, y.ends[0]]) else { continue };
        writeln!(out, "<path d=\"M{at:.1} {top}V{bottom}\" stroke=\"#ddd\"/>")?;
        writeln!(out, "<text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{text}</text>", bottom + 16.0)?;
    }
    for (value, text) in y.ticks() {
        let Some([_, at]) = place([x, y], [x.ends[0], value]) else { continue };
        writeln!(out, "<path d=\"M{left} {at:.1}H{right}\" stroke=\"#ddd\"/>")?;
        writeln!(out, "<text x=\"{}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>", left - 6.0, at + 4.0)?;
    }
    let (width, height) = (right - left, bottom - top);
    writeln!(
        out,
        "<rect x=\"{left}\" y=\"{top}\" width=\"{width}\" height=\"{height}\" fill=\"none\" stroke=\"#888\"/>"
    )?;
    let (middle, centre) = (f64::midpoint(left, right), f64::midpoint(top, bottom));
    writeln!(out, "<text x=\"{middle}\" y=\"{}\" text-anchor=\"middle\">{}</text>", bottom + 38.0, x.title)?;
    writeln!(out, "<text transform=\"translate(18 {centre}) rotate(-90)\" text-anchor=\"middle\">{}</text>", y.title)
}

fn draw(out: &mut String, axes: [&Axis; 2], line: &Line, colour: &str) -> std::fmt::Result {
    let places: Vec<_> = line.points.iter().filter_map(|point| place(axes, *point)).collect();
    let points: Vec<_> = places.iter().map(|[x, y]| format!("{x:.1},{y:.1}")).collect();
    writeln!(
        out,
        "<polyline points=\"{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"1.8\"/>",
        points.join(" ")
    )?;
    for [x, y] in places.iter().filter(|_| line.is_dotted) {
        writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3\" fill=\"{colour}\"/>")?;
    }
    Ok(())
}

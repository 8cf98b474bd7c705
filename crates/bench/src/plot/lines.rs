use std::time::Duration;

use super::{Anchor, Canvas, Theme};

/// The times that growing work takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Whose times they are.
    pub name: String,
    /// Whether they are Hardline's.
    pub is_ours: bool,
    /// How much work, and how long it took.
    pub points: Vec<(u32, Duration)>,
}

const WIDTH: f64 = 760.0;
const HEIGHT: f64 = 340.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 600.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 288.0;

/// Lines over two axes of powers of ten: what is straight and rises by one for one is linear.
pub fn lines(title: &str, work: &str, series: &[Series], theme: Theme) -> String {
    let points = series.iter().flat_map(|series| &series.points);
    let (sizes, times): (Vec<f64>, Vec<f64>) = points.map(|point| tens(*point)).unzip();
    let [x_axis, y_axis] = [
        Axis::over(&sizes, LEFT, RIGHT),
        Axis::over(&times, BOTTOM, TOP),
    ];
    let mut canvas = Canvas::new(WIDTH, HEIGHT, title);
    canvas.text([16.0, 24.0], Anchor::Start, theme.ink(), title);
    for (ten, x) in x_axis.marks() {
        canvas.line([x, TOP], [x, BOTTOM], theme.quiet(), 0.4);
        let label = format!("{}", 10_f64.powi(ten));
        canvas.text([x, BOTTOM + 20.0], Anchor::Middle, theme.ink(), &label);
    }
    for (ten, y) in y_axis.marks() {
        canvas.line([LEFT, y], [RIGHT, y], theme.quiet(), 0.4);
        canvas.text(
            [LEFT - 8.0, y + 4.0],
            Anchor::End,
            theme.ink(),
            &seconds(ten),
        );
    }
    canvas.text(
        [(LEFT + RIGHT) / 2.0, BOTTOM + 42.0],
        Anchor::Middle,
        theme.ink(),
        work,
    );
    for one in series {
        let colour = if one.is_ours {
            theme.ours()
        } else {
            theme.theirs()
        };
        let places: Vec<[f64; 2]> = one
            .points
            .iter()
            .map(|point| tens(*point))
            .map(|(size, time)| [x_axis.at(size), y_axis.at(time)])
            .collect();
        for pair in places.windows(2) {
            canvas.line(pair[0], pair[1], colour, 2.0);
        }
        for place in &places {
            canvas.dot(*place, colour);
        }
        if let Some([x, y]) = places.last() {
            canvas.text([x + 12.0, y + 4.0], Anchor::Start, colour, &one.name);
        }
    }
    canvas.finish()
}

/// Both as powers of ten.
fn tens((size, time): (u32, Duration)) -> (f64, f64) {
    (f64::from(size).log10(), time.as_secs_f64().log10())
}

/// Whole powers of ten, between two places.
struct Axis {
    first: i32,
    last: i32,
    from: f64,
    to: f64,
}

impl Axis {
    fn over(values: &[f64], from: f64, to: f64) -> Self {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let greatest = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let first = least.floor() as i32;
        let last = (greatest.ceil() as i32).max(first + 1);
        Self {
            first,
            last,
            from,
            to,
        }
    }

    fn at(&self, value: f64) -> f64 {
        let share = (value - f64::from(self.first)) / f64::from(self.last - self.first);
        self.from + share * (self.to - self.from)
    }

    fn marks(&self) -> impl Iterator<Item = (i32, f64)> {
        (self.first..=self.last).map(|ten| (ten, self.at(f64::from(ten))))
    }
}

/// A power of ten of a second, in its unit.
fn seconds(ten: i32) -> String {
    let (unit, below) = match ten {
        ..-6 => ("ns", -9),
        -6..-3 => ("µs", -6),
        -3..0 => ("ms", -3),
        0.. => ("s", 0),
    };
    format!("{} {unit}", 10_f64.powi(ten - below))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_linear_rises_by_one_for_one() {
        let axis = Axis::over(&[1.0, 3.0], 0.0, 200.0);
        assert_eq!(
            [axis.at(1.0), axis.at(2.0), axis.at(3.0)],
            [0.0, 100.0, 200.0]
        );
    }

    #[test]
    fn times_have_the_unit_that_people_read() {
        assert_eq!(
            [-7, -6, -2, 0, 1].map(seconds),
            ["100 ns", "1 µs", "10 ms", "1 s", "10 s"]
        );
    }

    #[test]
    fn a_plot_names_each_of_its_lines() {
        let series = ["Hardline", "Ruma"].map(|name| Series {
            name: name.to_owned(),
            is_ours: name == "Hardline",
            points: vec![
                (10, Duration::from_micros(2)),
                (100, Duration::from_micros(20)),
            ],
        });
        let svg = lines("how it grows", "members", &series, Theme::Dark);
        assert!(svg.contains(">Hardline</text>") && svg.contains(">Ruma</text>"));
        assert_eq!(svg.matches("<circle").count(), 4);
    }
}

use super::{Anchor, Canvas, Theme};

/// A ratio, with its spread.
#[derive(Clone, Debug, PartialEq)]
pub struct Bar {
    /// What was measured.
    pub label: String,
    /// The least ratio of all rounds.
    pub least: f64,
    /// The one that the bar has.
    pub median: f64,
    /// The greatest.
    pub greatest: f64,
}

const ROW: f64 = 26.0;
const LEFT: f64 = 300.0;
const WIDTH: f64 = 760.0;
const TOP: f64 = 48.0;

/// Bars from 0, one below the other, with a line where both sides cost the same.
pub fn bars(title: &str, rows: &[Bar], theme: Theme) -> String {
    let greatest = rows.iter().map(|row| row.greatest).fold(1.2, f64::max);
    let at = |ratio: f64| LEFT + ratio / greatest * (WIDTH - LEFT - 60.0);
    let bottom = TOP + ROW * rows.len() as f64;
    let mut canvas = Canvas::new(WIDTH, bottom + 34.0, title);
    canvas.text([16.0, 24.0], Anchor::Start, theme.ink(), title);
    for (row, y) in rows.iter().zip((0..).map(|row| TOP + ROW * f64::from(row))) {
        let middle = y + ROW / 2.0 - 3.0;
        canvas.text(
            [LEFT - 10.0, middle + 5.0],
            Anchor::End,
            theme.ink(),
            &row.label,
        );
        canvas.rectangle([LEFT, y], [at(row.median) - LEFT, ROW - 8.0], theme.ours());
        canvas.line(
            [at(row.least), middle],
            [at(row.greatest), middle],
            theme.quiet(),
            2.0,
        );
        let behind = at(row.greatest).max(at(row.median)) + 8.0;
        let median = format!("{:.2}", row.median);
        canvas.text([behind, middle + 5.0], Anchor::Start, theme.ink(), &median);
    }
    canvas.line([at(1.0), TOP - 8.0], [at(1.0), bottom], theme.theirs(), 1.5);
    canvas.text(
        [at(1.0), bottom + 18.0],
        Anchor::Middle,
        theme.theirs(),
        "1.0: the same",
    );
    canvas.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_is_as_long_as_its_median() {
        let row = |median| Bar {
            label: "a < b".to_owned(),
            least: median,
            median,
            greatest: median,
        };
        let svg = bars("what it costs", &[row(0.5), row(1.0)], Theme::Light);
        let widths: Vec<f64> = svg
            .split("<rect ")
            .skip(1)
            .map(|rect| rect.split("width=\"").nth(1).unwrap())
            .map(|rest| rest.split('"').next().unwrap().parse().unwrap())
            .collect();
        assert_eq!(widths.len(), 2);
        assert!((widths[1] / widths[0] - 2.0).abs() < 0.01, "{widths:?}");
        assert!(svg.contains("a &lt; b") && svg.ends_with("</svg>\n"));
    }
}

//! Plots as SVG, drawn by hand: two kinds are all that there is.

mod bars;
mod lines;

use std::fmt::Write as _;

pub use bars::{Bar, bars};
pub use lines::{Series, lines};

/// The page that a plot is drawn for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Theme {
    /// Dark on a light page.
    Light,
    /// Light on a dark page.
    Dark,
}

impl Theme {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Light, Self::Dark];

    /// Its name, for the names of files.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    const fn ink(self) -> &'static str {
        match self {
            Self::Light => "#1f2328",
            Self::Dark => "#e6edf3",
        }
    }

    const fn quiet(self) -> &'static str {
        match self {
            Self::Light => "#8c959f",
            Self::Dark => "#6e7681",
        }
    }

    const fn ours(self) -> &'static str {
        match self {
            Self::Light => "#0969da",
            Self::Dark => "#58a6ff",
        }
    }

    const fn theirs(self) -> &'static str {
        match self {
            Self::Light => "#bc4c00",
            Self::Dark => "#f0883e",
        }
    }
}

/// A drawing of this size, in which later parts lie on earlier ones.
struct Canvas {
    svg: String,
}

#[derive(Clone, Copy)]
enum Anchor {
    Start,
    Middle,
    End,
}

impl Canvas {
    fn new(width: f64, height: f64, spoken: &str) -> Self {
        let spoken = escaped(spoken);
        let svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
             role=\"img\" aria-label=\"{spoken}\">\n<style>text{{font:13px system-ui,-apple-system,'Segoe UI',sans-serif}}</style>\n"
        );
        Self { svg }
    }

    fn text(&mut self, [x, y]: [f64; 2], anchor: Anchor, colour: &str, words: &str) {
        let anchor = match anchor {
            Anchor::Start => "start",
            Anchor::Middle => "middle",
            Anchor::End => "end",
        };
        let words = escaped(words);
        self.put(format_args!(
            "<text x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{words}</text>"
        ));
    }

    fn line(&mut self, [x1, y1]: [f64; 2], [x2, y2]: [f64; 2], colour: &str, width: f64) {
        self.put(format_args!(
            "<path d=\"M {x1:.1} {y1:.1} L {x2:.1} {y2:.1}\" stroke=\"{colour}\" stroke-width=\"{width}\"/>"
        ));
    }

    fn rectangle(&mut self, [x, y]: [f64; 2], [width, height]: [f64; 2], colour: &str) {
        self.put(format_args!(
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" rx=\"2\" fill=\"{colour}\"/>"
        ));
    }

    fn dot(&mut self, [x, y]: [f64; 2], colour: &str) {
        self.put(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"3.5\" fill=\"{colour}\"/>"
        ));
    }

    fn put(&mut self, part: std::fmt::Arguments<'_>) {
        // Writing to a text cannot fail.
        let _ = writeln!(self.svg, "{part}");
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;")
}

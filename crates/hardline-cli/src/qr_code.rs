use qrcode::{Color, EcLevel, QrCode};

/// How many modules around the code have to be light, for cameras to find it.
const QUIET: usize = 4;

/// A text as a code for cameras, two rows of modules a line, where a line may be this wide. It is to be shown in white on
/// black: what is drawn are the light modules. `None` if the code is wider, or the text too long for any.
pub(crate) fn qr_code(text: &str, width: usize) -> Option<Vec<String>> {
    // A terminal is neither crumpled nor stained, so the least correction will do.
    let code = QrCode::with_error_correction_level(text, EcLevel::L).ok()?;
    let side = code.width();
    let whole = side + 2 * QUIET;
    if whole > width {
        return None;
    }
    let colors = code.to_colors();
    let is_light = |row: usize, column: usize| {
        let place = (row.checked_sub(QUIET), column.checked_sub(QUIET));
        match place {
            (Some(row), Some(column)) if row < side && column < side => {
                colors[row * side + column] == Color::Light
            }
            // Around the code all is light; below it, what fills the last line is not.
            _ => row < whole,
        }
    };
    let line = |row: usize| {
        let glyph = |column| match (is_light(row, column), is_light(row + 1, column)) {
            (true, true) => '█',
            (true, false) => '▀',
            (false, true) => '▄',
            (false, false) => ' ',
        };
        (0..whole).map(glyph).collect()
    };
    Some((0..whole).step_by(2).map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "https://account.example.org/link?code=WDJBMJ";

    #[test]
    fn what_is_drawn_are_the_modules_of_the_code() {
        let code = QrCode::with_error_correction_level(TEXT, EcLevel::L).unwrap();
        let side = code.width();
        let lines = qr_code(TEXT, side + 8).unwrap();
        let rows: Vec<Vec<bool>> = lines
            .iter()
            .flat_map(|line| {
                let row = |drawn: [char; 2]| line.chars().map(|c| drawn.contains(&c)).collect();
                [row(['█', '▀']), row(['█', '▄'])]
            })
            .collect();
        assert_eq!((rows.len(), rows[0].len()), (side + 9, side + 8));
        for (index, color) in code.to_colors().into_iter().enumerate() {
            let light = rows[4 + index / side][4 + index % side];
            assert_eq!(light, color == Color::Light, "{index}");
        }
        let is_quiet = |row: &Vec<bool>| row.iter().all(|light| *light);
        assert!(rows[..4].iter().all(is_quiet));
        assert!(rows[4 + side..8 + side].iter().all(is_quiet));
        assert!(rows[4..4 + side].iter().all(|row| {
            row[..4].iter().all(|light| *light) && row[4 + side..].iter().all(|light| *light)
        }));
    }

    #[test]
    fn a_code_that_does_not_fit_is_not_drawn() {
        let width = qr_code(TEXT, 200).unwrap()[0].chars().count();
        assert!(qr_code(TEXT, width).is_some());
        assert!(qr_code(TEXT, width - 1).is_none());
        assert!(qr_code(&"x".repeat(10_000), 10_000).is_none());
    }
}

//! What is printed of an error by a program that prints its sources too.

use std::error::Error;
use std::iter::successors;

/// The error and its sources, as they are displayed.
pub fn levels(error: &(dyn Error + 'static)) -> Vec<String> {
    successors(Some(error), |error| (*error).source())
        .map(ToString::to_string)
        .collect()
}

/// A level of the chain that an earlier one contains, or that contains an earlier one.
pub fn repetition(error: &(dyn Error + 'static)) -> Option<String> {
    let levels = levels(error);
    let repeats = |(at, level): (usize, &String)| {
        levels[..at]
            .iter()
            .any(|earlier| earlier.contains(level) || level.contains(earlier))
    };
    let mut numbered = levels.iter().enumerate();
    numbered
        .find(|(at, level)| repeats((*at, level)))
        .map(|(_, level)| level.clone())
}

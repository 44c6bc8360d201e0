//! Small charts of text.

/// From least to most.
const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// How wide the longest bar is, in characters.
const WIDEST: i64 = 20;

/// One sign a value, as high as it is: nothing is a space, and the most the highest.
pub(crate) fn line(values: &[i64]) -> String {
    let most = values.iter().copied().max().unwrap_or(0);
    values.iter().map(|value| level(*value, most)).collect()
}

fn level(value: i64, most: i64) -> char {
    if value <= 0 || most <= 0 {
        return ' ';
    }
    // Rounded up, so that little is not nothing.
    let level = (i128::from(value) * 8 + i128::from(most) - 1) / i128::from(most);
    let place = usize::try_from(level - 1).unwrap_or(0);
    LEVELS.get(place).copied().unwrap_or('█')
}

/// A bar as long as a value is beside the most.
pub(crate) fn bar(value: i64, most: i64) -> String {
    if value <= 0 || most <= 0 {
        return String::new();
    }
    let length = (i128::from(value) * i128::from(WIDEST) + i128::from(most) - 1) / i128::from(most);
    "█".repeat(usize::try_from(length).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_is_the_highest_and_little_is_seen() {
        assert_eq!(line(&[0, 1, 50, 100]), " ▁▄█");
        assert_eq!(line(&[1, 1]), "██");
        assert_eq!(line(&[i64::MAX, 1, i64::MIN]), "█▁ ");
        assert_eq!((line(&[]), line(&[0, 0])), (String::new(), "  ".to_owned()));
        assert_eq!([bar(0, 9), bar(1, 1000), bar(1, 2)], ["", "█", "██████████"]);
    }
}

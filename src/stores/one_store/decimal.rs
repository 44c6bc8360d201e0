//! Numbers, exact: prices come as `"4.99"`, `4.99` or `20000`, and none of them may pass through a float.

/// The longest text that is read as a number; the largest amount of micros that is kept has 19 digits.
const MAX_LENGTH: usize = 64;
/// Ten to this power is beyond everything that is kept.
const MAX_EXPONENT: i32 = 64;

/// A decimal number (RFC 8259 §6) times ten to the power of `places`; `None` where the text is no such number, or the
/// result is not whole or does not fit.
pub(super) fn scaled(text: &str, places: i32) -> Option<i64> {
    if text.len() > MAX_LENGTH {
        return None;
    }
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse().ok()?),
        None => (text, 0),
    };
    let (sign, digits) = match mantissa.strip_prefix('-') {
        Some(digits) => (-1, digits),
        None => (1, mantissa),
    };
    let (whole, fraction) = match digits.split_once('.') {
        Some((_, "")) => return None,
        Some(parts) => parts,
        None => (digits, ""),
    };
    let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !is_digits(whole) || !is_digits(fraction) {
        return None;
    }
    // Zeros behind the last digit of a fraction say nothing, and would only make it too long to read.
    let fraction = fraction.trim_end_matches('0');
    let coefficient: i128 = format!("{whole}{fraction}").parse().ok()?;
    let shift = places.checked_add(exponent)?.checked_sub(i32::try_from(fraction.len()).ok()?)?;
    i64::try_from(shifted(coefficient, shift)?.checked_mul(sign)?).ok()
}

/// `number` times ten to the power of `shift`, where that is whole.
fn shifted(number: i128, shift: i32) -> Option<i128> {
    if number == 0 {
        return Some(0);
    }
    if shift.abs() > MAX_EXPONENT {
        return None;
    }
    let power = 10_i128.checked_pow(shift.unsigned_abs())?;
    if shift >= 0 {
        return number.checked_mul(power);
    }
    (number % power == 0).then(|| number / power)
}

#[cfg(test)]
mod tests {
    use super::scaled;

    #[test]
    fn decimals_become_micros_exactly() {
        for (text, micros) in [
            ("20000", 20_000_000_000),
            ("4.99", 4_990_000),
            ("0.1", 100_000),
            ("0.000001", 1),
            ("4.9900000000", 4_990_000),
            ("2E+4", 20_000_000_000),
            ("1.5e-3", 1_500),
            ("-0.5", -500_000),
            ("0", 0),
            ("0e999", 0),
            ("9223372036854.775807", i64::MAX),
        ] {
            assert_eq!(scaled(text, 6), Some(micros), "{text}");
        }
        assert_eq!(scaled("1700000000000", 0), Some(1_700_000_000_000));
        assert_eq!(scaled("1.7E12", 0), Some(1_700_000_000_000));
    }

    #[test]
    fn what_is_no_number_or_does_not_fit_is_none() {
        for text in [
            "",
            "-",
            ".",
            "1.",
            ".5",
            "+1",
            " 1",
            "1 ",
            "1,000",
            "₩1",
            "0x1",
            "1e",
            "1e5e5",
            "1.2.3",
            "--1",
            "NaN",
            "0.0000001",
            "9223372036854.775808",
            "1e30",
            "1e-30",
            "1e99999999999",
            "100000000000000000000000000000000000000000",
        ] {
            assert_eq!(scaled(text, 6), None, "{text}");
        }
        assert_eq!(scaled(&"0".repeat(65), 6), None);
        assert_eq!(scaled("1.5", 0), None);
    }
}

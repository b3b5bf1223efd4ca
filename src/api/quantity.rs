//! Resource quantities: `500m`, `1Gi`, `2e3` (`staging/src/k8s.io/apimachinery/pkg/api/resource/quantity.go`).

use std::cmp::Ordering;
use std::fmt;

/// The notation in which a quantity was written and is written again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// `12e6`.
    DecimalExponent,
    /// `12Mi`.
    BinarySi,
    /// `12M`.
    DecimalSi,
}

impl Format {
    /// Go's name of the format.
    #[must_use]
    pub fn go_name(self) -> &'static str {
        match self {
            Self::DecimalExponent => "DecimalExponent",
            Self::BinarySi => "BinarySI",
            Self::DecimalSi => "DecimalSI",
        }
    }
}

/// Why a text is not a quantity, in the API server's words.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum QuantityError {
    /// The text does not have the form of a quantity.
    #[error(
        "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
    )]
    Format,
    /// The digits cannot be parsed (or are more than 38).
    #[error("unable to parse numeric part of quantity")]
    Numeric,
    /// The unit is unknown.
    #[error("unable to parse quantity's suffix")]
    Suffix,
}

/// An exact quantity.
///
/// Equality is that of the Go value, including the format; [`Quantity::compare`] compares by amount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quantity {
    /// The amount is `unscaled × 10^exponent`.
    pub(crate) unscaled: i128,
    pub(crate) exponent: i32,
    /// Its notation.
    pub format: Format,
    /// Whether Go represents the amount as an arbitrary-precision decimal instead of an int64, which is part of the
    /// hashed text.
    pub(crate) decimal: bool,
    /// The text it was parsed from, if Go keeps that because it is (nearly) canonical.
    pub(crate) text: Option<Box<str>>,
}

/// Number of digits that always fit an int64.
const MAX_INT64_DIGITS: i64 = 18;
/// The smallest fraction, a billionth, as a power of ten.
const NANO: i32 = -9;
/// Binary quantities are capped at the largest int64 (upstream's `maxAllowed`).
const MAX_ALLOWED: i128 = i64::MAX as i128;

const DECIMAL_SUFFIXES: [(&str, i32); 10] = [
    ("n", -9),
    ("u", -6),
    ("m", -3),
    ("", 0),
    ("k", 3),
    ("M", 6),
    ("G", 9),
    ("T", 12),
    ("P", 15),
    ("E", 18),
];
const BINARY_SUFFIXES: [(&str, i32); 6] = [
    ("Ki", 10),
    ("Mi", 20),
    ("Gi", 30),
    ("Ti", 40),
    ("Pi", 50),
    ("Ei", 60),
];

/// The parts of a quantity's text: `-`, `1`, `5`, `Gi`.
struct Pieces<'a> {
    negative: bool,
    whole: &'a str,
    fraction: &'a str,
    suffix: &'a str,
}

impl Quantity {
    /// Parses a quantity.
    ///
    /// # Errors
    /// The text is not a quantity, or has more than 38 significant digits (upstream has no such limit).
    pub fn parse(text: &str) -> Result<Self, QuantityError> {
        if text.is_empty() {
            return Err(QuantityError::Format);
        }
        if text == "0" {
            let text = Some(text.into());
            return Ok(Self {
                unscaled: 0,
                exponent: 0,
                format: Format::DecimalSi,
                decimal: false,
                text,
            });
        }
        let pieces = split(text)?;
        let (exponent, format) = interpret(pieces.suffix).ok_or(QuantityError::Suffix)?;
        match Self::small(text, &pieces, exponent, format)? {
            Some(quantity) => Ok(quantity),
            None => Self::large(&pieces, exponent, format),
        }
    }

    /// Quantities that fit an int64, which need no rounding.
    fn small(
        text: &str,
        pieces: &Pieces<'_>,
        exponent: i32,
        format: Format,
    ) -> Result<Option<Self>, QuantityError> {
        let (whole, fraction) = (pieces.whole.len() as i64, pieces.fraction.len() as i64);
        let (precision, mantissa, scale) = match format {
            Format::BinarySi if pieces.fraction.is_empty() => {
                // A suffix of 2^10n takes about 3n decimal digits.
                (
                    15 - whole - i64::from(exponent) * 3 / 10 - 1,
                    1_i64 << exponent,
                    0,
                )
            }
            Format::BinarySi => return Ok(None),
            _ => (MAX_INT64_DIGITS - whole - fraction, 1, i64::from(exponent)),
        };
        let scale = scale - fraction;
        if precision < 0 || scale < i64::from(NANO) {
            return Ok(None);
        }
        let digits = format!("{}{}", pieces.whole, pieces.fraction);
        let value: i64 = digits.parse().map_err(|_| QuantityError::Numeric)?;
        let Some(amount) = value.checked_mul(mantissa) else {
            return Ok(None);
        };
        // Go's test for canonical text, which is inexact: 512Mi fails it, 12E6 passes.
        let canonical = match format {
            Format::BinarySi => value & 7 != 0,
            _ => scale % 3 == 0 && !digits.ends_with("000") && !digits.starts_with('0'),
        };
        Ok(Some(Self {
            unscaled: i128::from(if pieces.negative { -amount } else { amount }),
            exponent: scale as i32,
            format,
            decimal: false,
            text: canonical.then(|| text.into()),
        }))
    }

    /// All other quantities: fractions of binary units, and amounts beyond an int64.
    fn large(
        pieces: &Pieces<'_>,
        exponent: i32,
        mut format: Format,
    ) -> Result<Self, QuantityError> {
        let digits = format!("{}{}", pieces.whole, pieces.fraction);
        let mut amount: i128 = digits.parse().map_err(|_| QuantityError::Numeric)?;
        let mut power = -(pieces.fraction.len() as i64);
        if format == Format::BinarySi {
            amount = amount
                .checked_mul(1 << exponent)
                .ok_or(QuantityError::Numeric)?;
        } else {
            power += i64::from(exponent);
        }
        // Go rounds these up to whole billionths, so that a request for a tiny amount is not lost. Amounts of 10^29
        // and more, which do not fit in billionths, are kept as they are; their hash differs from Go's.
        let mut exponent = i32::try_from(power).unwrap_or(NANO);
        match rescale_up(amount, power, NANO) {
            Some(scaled) => (amount, exponent) = (scaled, NANO),
            None if power > i64::from(NANO) => {}
            None => return Err(QuantityError::Numeric),
        }
        if format == Format::BinarySi {
            let one = shift(1, -exponent).ok_or(QuantityError::Numeric)?;
            if amount / one >= MAX_ALLOWED {
                amount = MAX_ALLOWED * one;
            } else if amount > 0 && amount < one {
                format = Format::DecimalSi;
            }
        }
        Ok(Self {
            unscaled: if pieces.negative { -amount } else { amount },
            exponent,
            format,
            decimal: true,
            text: None,
        })
    }

    /// A whole number in decimal notation.
    #[must_use]
    pub fn whole(amount: i64) -> Self {
        Self {
            unscaled: amount.into(),
            exponent: 0,
            format: Format::DecimalSi,
            decimal: false,
            text: None,
        }
    }

    /// A number of thousandths in decimal notation (`Quantity::milli(500)` is `500m`).
    #[must_use]
    pub fn milli(amount: i64) -> Self {
        Self {
            exponent: -3,
            ..Self::whole(amount)
        }
    }

    /// A number of bytes in binary notation (`Quantity::bytes(1 << 30)` is `1Gi`).
    #[must_use]
    pub fn bytes(amount: i64) -> Self {
        Self {
            format: Format::BinarySi,
            ..Self::whole(amount)
        }
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.unscaled == 0
    }

    /// −1, 0 or 1.
    #[must_use]
    pub fn sign(&self) -> i32 {
        self.unscaled.signum() as i32
    }

    /// Compares by amount, regardless of notation.
    #[must_use]
    pub fn compare(&self, other: &Self) -> Ordering {
        let (low, high) = (
            self.exponent.min(other.exponent),
            self.exponent.max(other.exponent),
        );
        let common = (high.saturating_sub(low) <= 40).then_some(low);
        let scaled = |quantity: &Self| {
            common.and_then(|low| shift(quantity.unscaled, quantity.exponent - low))
        };
        match (scaled(self), scaled(other)) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => self.approximate().total_cmp(&other.approximate()),
        }
    }

    fn approximate(&self) -> f64 {
        self.unscaled as f64 * 10_f64.powi(self.exponent)
    }

    /// The sum in the notation of the left operand (of the right one if the left is zero); `None` on overflow.
    #[must_use]
    pub fn checked_add(&self, other: &Self) -> Option<Self> {
        let low = self.exponent.min(other.exponent);
        let a = shift(self.unscaled, self.exponent.checked_sub(low)?)?;
        let b = shift(other.unscaled, other.exponent.checked_sub(low)?)?;
        Some(Self {
            unscaled: a.checked_add(b)?,
            exponent: low,
            format: if self.is_zero() {
                other.format
            } else {
                self.format
            },
            decimal: self.decimal || other.decimal,
            text: None,
        })
    }

    /// The amount in units of `10^exponent`, rounded away from zero, if it fits; `scaled(0)` is Go's `Value()`,
    /// `scaled(-3)` its `MilliValue()`.
    #[must_use]
    pub fn scaled(&self, exponent: i32) -> Option<i64> {
        let magnitude = rescale_up(self.unscaled.abs(), i64::from(self.exponent), exponent)?;
        i64::try_from(magnitude * self.unscaled.signum()).ok()
    }

    /// Rounds away from zero to a multiple of `10^exponent`, as defaulting does with resource lists.
    pub fn round_up(&mut self, exponent: i32) {
        if self.exponent < exponent
            && let Some(magnitude) =
                rescale_up(self.unscaled.abs(), i64::from(self.exponent), exponent)
        {
            self.unscaled = magnitude * self.unscaled.signum();
            self.exponent = exponent;
            self.text = None;
        }
    }

    /// The canonical text, computed from the amount.
    fn canonical(&self) -> String {
        if self.is_zero() {
            return "0".to_owned();
        }
        if self.format == Format::BinarySi
            && self.compare(&Self::whole(1024)) != Ordering::Less
            && let Some(amount) = self.exact_integer()
        {
            return binary(amount, "");
        }
        if self.format == Format::BinarySi
            && self.compare(&Self::whole(-1024)) != Ordering::Greater
            && let Some(amount) = self.exact_integer()
        {
            return binary(-amount, "-");
        }
        let (mut amount, mut exponent) = (self.unscaled, self.exponent);
        while amount % 10 == 0 {
            amount /= 10;
            exponent = exponent.saturating_add(1);
        }
        while exponent.rem_euclid(3) != 0 {
            amount = amount.saturating_mul(10);
            exponent -= 1;
        }
        if self.format == Format::DecimalExponent {
            return if exponent == 0 {
                amount.to_string()
            } else {
                format!("{amount}e{exponent}")
            };
        }
        // There is no suffix above E.
        while exponent > 18 {
            amount = amount.saturating_mul(1000);
            exponent -= 3;
        }
        let suffix = DECIMAL_SUFFIXES
            .iter()
            .find(|(_, power)| *power == exponent);
        format!("{amount}{}", suffix.map_or("", |(suffix, _)| suffix))
    }

    fn exact_integer(&self) -> Option<i128> {
        if self.exponent >= 0 {
            return shift(self.unscaled, self.exponent);
        }
        let unit = shift(1, -self.exponent)?;
        (self.unscaled % unit == 0).then(|| self.unscaled / unit)
    }
}

fn binary(mut amount: i128, sign: &str) -> String {
    let mut suffix = "";
    for (name, _) in BINARY_SUFFIXES {
        if amount % 1024 != 0 {
            break;
        }
        amount /= 1024;
        suffix = name;
    }
    format!("{sign}{amount}{suffix}")
}

/// `amount × 10^digits`, if it fits.
fn shift(amount: i128, digits: i32) -> Option<i128> {
    if amount == 0 {
        return Some(0);
    }
    10_i128
        .checked_pow(u32::try_from(digits).ok()?)
        .and_then(|power| amount.checked_mul(power))
}

/// Converts a magnitude from units of `10^from` to units of `10^to`, rounded up.
fn rescale_up(amount: i128, from: i64, to: i32) -> Option<i128> {
    let digits = from - i64::from(to);
    if digits >= 0 {
        return shift(amount, i32::try_from(digits).ok()?);
    }
    match i32::try_from(-digits)
        .ok()
        .and_then(|digits| shift(1, digits))
    {
        Some(unit) => Some(amount / unit + i128::from(amount % unit != 0)),
        None => Some(i128::from(amount != 0)),
    }
}

/// Splits a text as `parseQuantityString` does, and accepts whatever it accepts (`.` is zero).
fn split(text: &str) -> Result<Pieces<'_>, QuantityError> {
    let (negative, rest) = match text.as_bytes().first() {
        Some(b'-') => (true, &text[1..]),
        Some(b'+') => (false, &text[1..]),
        _ => (false, text),
    };
    let digits =
        |text: &str| text.len() - text.trim_start_matches(|c: char| c.is_ascii_digit()).len();
    let rest = rest.trim_start_matches('0');
    let (whole, rest) = rest.split_at(digits(rest));
    let whole = if whole.is_empty() { "0" } else { whole };
    let (fraction, suffix) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(digits(rest)),
        None => ("", rest),
    };
    let after = suffix.trim_start_matches(|c| "eEinumkKMGTP".contains(c));
    if !after.is_empty()
        && !after
            .strip_prefix(['-', '+'])
            .unwrap_or(after)
            .bytes()
            .all(|b| b.is_ascii_digit())
    {
        return Err(QuantityError::Format);
    }
    Ok(Pieces {
        negative,
        whole,
        fraction,
        suffix,
    })
}

fn interpret(suffix: &str) -> Option<(i32, Format)> {
    let among = |table: &[(&str, i32)]| {
        table
            .iter()
            .find(|(name, _)| *name == suffix)
            .map(|(_, power)| *power)
    };
    if let Some(power) = among(&DECIMAL_SUFFIXES) {
        return Some((power, Format::DecimalSi));
    }
    if let Some(power) = among(&BINARY_SUFFIXES) {
        return Some((power, Format::BinarySi));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    // Upstream accepts any int64; beyond this range no quantity could be formatted.
    let exponent: i32 = exponent
        .parse()
        .ok()
        .filter(|power: &i32| power.abs() < 1000)?;
    Some((exponent, Format::DecimalExponent))
}

impl fmt::Display for Quantity {
    /// The text that the API server serves.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.text {
            Some(text) => f.write_str(text),
            None => f.write_str(&self.canonical()),
        }
    }
}

#[cfg(test)]
mod tests;

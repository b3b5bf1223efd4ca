use super::*;

#[test]
fn texts_become_canonical() {
    for (text, canonical) in [
        ("1000m", "1"),
        ("0.5", "500m"),
        ("1024Mi", "1Gi"),
        ("0.5Gi", "512Mi"),
        ("1.1Mi", "1153433600m"),
        ("1e3", "1e3"),
        ("1e-1", "100e-3"),
        ("12E6", "12E6"),
        ("1000000000", "1G"),
        ("0m", "0"),
        ("+5", "+5"),
        ("9223372036854775807", "9223372036854775807"),
        ("1500k", "1500k"),
        ("1.05", "1050m"),
        ("-1Gi", "-1Gi"),
        ("0.1n", "1n"),
        ("512", "512"),
        ("1Ki", "1Ki"),
        ("1025", "1025"),
        ("2.0", "2"),
        ("0.0001Ki", "102400u"),
        ("100Ei", "9223372036854775807"),
    ] {
        assert_eq!(
            Quantity::parse(text).map(|q| q.to_string()).as_deref(),
            Ok(canonical),
            "{text}"
        );
    }
}

#[test]
fn invalid_quantities_are_refused() {
    for (text, error) in [
        ("", QuantityError::Format),
        ("abc", QuantityError::Format),
        ("1Gigabyte", QuantityError::Format),
        ("1 Gi", QuantityError::Format),
        ("1Gi5", QuantityError::Suffix),
        ("1Kib", QuantityError::Format),
        ("1mm", QuantityError::Suffix),
        ("1e", QuantityError::Suffix),
        ("--1", QuantityError::Suffix),
        ("1K", QuantityError::Suffix),
    ] {
        assert_eq!(Quantity::parse(text), Err(error), "{text}");
    }
}

#[test]
fn amounts_compare_and_add() {
    let q = |text| Quantity::parse(text).unwrap();
    assert_eq!(q("200m").compare(&q("0.2")), Ordering::Equal);
    assert_eq!(q("1Gi").compare(&q("1G")), Ordering::Greater);
    assert_eq!(q("1e30").compare(&q("1n")), Ordering::Greater);
    assert_eq!(q("200m").checked_add(&q("1")).unwrap().to_string(), "1200m");
    assert_eq!(
        q("512Mi").checked_add(&q("512Mi")).unwrap().to_string(),
        "1Gi"
    );
    assert_eq!(q("1100m").scaled(0), Some(2));
    assert_eq!(q("2").scaled(-3), Some(2000));
}

//! Quoted strings with Go's escapes.

/// The value of a string literal in double or single quotes; `None` if Go reports a syntax error.
pub(crate) fn unquote(literal: &str) -> Option<String> {
    let quote = literal
        .chars()
        .next()
        .filter(|quote| matches!(quote, '"' | '\''))?;
    let inner = literal.strip_prefix(quote)?.strip_suffix(quote)?;
    let mut bytes = Vec::with_capacity(inner.len());
    let mut letters = inner.chars();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => escape(&mut letters, quote, &mut bytes)?,
            _ if letter == quote => return None,
            _ => push(&mut bytes, letter),
        }
    }
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

fn push(bytes: &mut Vec<u8>, letter: char) {
    bytes.extend_from_slice(letter.encode_utf8(&mut [0; 4]).as_bytes());
}

fn escape(letters: &mut std::str::Chars, quote: char, bytes: &mut Vec<u8>) -> Option<()> {
    let letter = letters.next()?;
    let code = match letter {
        'a' => 7,
        'b' => 8,
        'f' => 12,
        'n' => 10,
        'r' => 13,
        't' => 9,
        'v' => 11,
        '\\' => u32::from('\\'),
        '\'' | '"' if letter == quote => u32::from(quote),
        'x' => {
            bytes.push(u8::try_from(digits(letters, 2, 16, 0)?).ok()?);
            return Some(());
        }
        'u' => digits(letters, 4, 16, 0)?,
        'U' => digits(letters, 8, 16, 0)?,
        '0'..='7' => {
            let code = digits(letters, 2, 8, letter.to_digit(8)?)?;
            bytes.push(u8::try_from(code).ok()?);
            return Some(());
        }
        _ => return None,
    };
    push(bytes, char::from_u32(code)?);
    Some(())
}

fn digits(letters: &mut std::str::Chars, count: usize, radix: u32, first: u32) -> Option<u32> {
    (0..count).try_fold(first, |number, _| {
        number
            .checked_mul(radix)?
            .checked_add(letters.next()?.to_digit(radix)?)
    })
}

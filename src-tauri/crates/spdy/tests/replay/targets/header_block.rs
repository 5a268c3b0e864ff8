//! Header blocks: what is unpacked keeps the limits and is the same again once packed; what was only stored is read as
//! the specification says.

use spdy::header_block::{Decompressor, Packer};
use spdy::{Error, HeaderFault, Headers, Limits};

use super::SMALL;
use super::input::Input;
use super::stored::Wrapper;

pub(crate) fn check(input: &[u8]) {
    let mut input = Input::new(input);
    let choices = input.byte();
    let limits = if choices & 1 == 0 { Limits::default() } else { SMALL };
    let stored = choices & 2 != 0;

    let mut wrapper = Wrapper::default();
    let mut unpacking = Decompressor::new(limits);
    let mut packer = Packer::new();
    let mut again = Decompressor::new(limits);
    while !input.is_empty() {
        let length = input.word();
        let given = input.take(length.into());
        let result = if stored {
            let result = unpacking.decompress(&wrapper.wrap(given));
            agrees(&result, given, &limits);
            result
        } else {
            unpacking.decompress(given)
        };
        match result {
            Ok(Ok(headers)) => {
                keeps(&headers, &limits);
                let packed = packer.pack(&headers);
                assert_eq!(again.decompress(&packed), Ok(Ok(headers)));
            }
            Ok(Err(_)) => {}
            Err(_) => break,
        }
    }
}

fn keeps(headers: &Headers, limits: &Limits) {
    assert!(headers.len() <= limits.headers);
    assert!(headers.block_size() <= limits.header_block);
    assert!(headers.iter().all(|(name, value)| name.len().max(value.len()) <= limits.header_field));
    assert_eq!(headers.validate(), Ok(()));
    for (name, value) in headers.iter() {
        assert_eq!(headers.values(name).collect::<Vec<_>>().join("\0"), value);
    }
}

/// Holds what became of an inflated block to a plain reading of it.
fn agrees(result: &Result<Result<Headers, HeaderFault>, Error>, block: &[u8], limits: &Limits) {
    let expected = if block.len() > limits.header_block { None } else { read(block, limits) };
    match (result, expected) {
        (Err(error), None) => {
            let too_large = block.len() > limits.header_block;
            assert_eq!(matches!(error, Error::HeaderBlockTooLarge { .. }), too_large, "{error}");
        }
        (Ok(Ok(headers)), Some(fields)) => {
            let got: Vec<_> =
                headers.iter().map(|(name, value)| (name.as_bytes(), value.as_bytes())).collect();
            assert_eq!(got, fields);
            assert!(are_allowed(&fields));
        }
        (Ok(Err(_)), Some(fields)) => assert!(!are_allowed(&fields), "{fields:?}"),
        (result, expected) => panic!("{result:?} instead of {expected:?}"),
    }
}

/// Names and values of a block, or `None` if it makes no sense or breaks a limit.
fn read<'a>(block: &'a [u8], limits: &Limits) -> Option<Vec<(&'a [u8], &'a [u8])>> {
    let mut rest = block;
    let count = number(&mut rest).filter(|count| *count <= limits.headers)?;
    let mut fields = Vec::new();
    for _ in 0..count {
        fields.push((field(&mut rest, limits)?, field(&mut rest, limits)?));
    }
    rest.is_empty().then_some(fields)
}

fn number(rest: &mut &[u8]) -> Option<usize> {
    let (bytes, tail) = rest.split_at_checked(4)?;
    *rest = tail;
    Some(bytes.iter().fold(0, |number, byte| number << 8 | usize::from(*byte)))
}

fn field<'a>(rest: &mut &'a [u8], limits: &Limits) -> Option<&'a [u8]> {
    let length = number(rest).filter(|length| *length <= limits.header_field)?;
    let (bytes, tail) = rest.split_at_checked(length)?;
    *rest = tail;
    Some(bytes)
}

fn are_allowed(fields: &[(&[u8], &[u8])]) -> bool {
    let connection: [&[u8]; 5] =
        [b"connection", b"host", b"keep-alive", b"proxy-connection", b"transfer-encoding"];
    fields.iter().enumerate().all(|(index, (name, value))| {
        let visible = |byte: &u8| (0x21..0x7f).contains(byte) && !byte.is_ascii_uppercase();
        let several = value.contains(&0);
        !name.is_empty()
            && name.iter().all(visible)
            && !connection.contains(name)
            && fields[..index].iter().all(|(earlier, _)| earlier != name)
            && std::str::from_utf8(value).is_ok()
            && !(several && value.split(|byte| *byte == 0).any(<[u8]>::is_empty))
    })
}

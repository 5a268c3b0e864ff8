//! Header blocks that are only stored, so that fuzzing can change what is in them.

/// Head of a zlib stream without a dictionary (RFC 1950 §2.2).
const HEAD: [u8; 2] = [0x78, 0x01];

/// Most bytes in a stored block (RFC 1951 §3.2.4).
const LARGEST: usize = 0xffff;

/// Wraps inflated header blocks one after another.
#[derive(Default)]
pub(crate) struct Wrapper {
    started: bool,
}

impl Wrapper {
    pub(crate) fn wrap(&mut self, inflated: &[u8]) -> Vec<u8> {
        let mut block = Vec::new();
        if !std::mem::replace(&mut self.started, true) {
            block.extend_from_slice(&HEAD);
        }
        // The empty one at the end is the flush.
        for part in inflated.chunks(LARGEST).chain([&[][..]]) {
            let length = part.len() as u16;
            block.push(0);
            block.extend_from_slice(&length.to_le_bytes());
            block.extend_from_slice(&(!length).to_le_bytes());
            block.extend_from_slice(part);
        }
        block
    }
}

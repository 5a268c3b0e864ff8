//! What a person reads, in every language that Culvert speaks.
//!
//! A [`Text`] holds its words in all of them: it is made where something happens, by [`text!`], which takes a version for each
//! language, and it is decided where it leaves the program which one is read. So whoever chooses another language reads also
//! what was said before in it, and a text without a translation does not compile.

mod spoken;
mod text;

pub use self::{spoken::Spoken, text::Text};

//! Tags of an HTML text, by html5ever's tokenizer: the one with which mdBook reads the HTML in Markdown.

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use std::cell::RefCell;

/// A start or end tag.
pub struct Tag {
    /// The name, in lower case.
    pub name: String,
    /// Whether it is an end tag.
    pub is_end: bool,
    /// Whether it ends with `/>`.
    pub closes_itself: bool,
    /// The attributes; names in lower case, values decoded.
    pub attributes: Vec<(String, String)>,
    /// The text up to the next tag, decoded.
    pub text: String,
    /// The line on which it ends, from 1.
    pub line: usize,
}

impl Tag {
    /// The value of the attribute `name`.
    pub fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

/// The tags of `html`, in order.
pub fn tags(html: &str) -> Vec<Tag> {
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let _ = tokenizer.feed(&input);
    tokenizer.end();
    tokenizer.sink.tags.into_inner()
}

#[derive(Default)]
struct Sink {
    tags: RefCell<Vec<Tag>>,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<()> {
        let mut tags = self.tags.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let name = tag.name.to_string();
                let is_end = tag.kind == TagKind::EndTag;
                let attributes = tag
                    .attrs
                    .iter()
                    .map(|a| (a.name.local.to_string(), a.value.to_string()))
                    .collect();
                // What follows these is not HTML until their end tag.
                let raw = match &*name {
                    "script" if !is_end => TokenSinkResult::RawData(RawKind::ScriptData),
                    "style" if !is_end => TokenSinkResult::RawData(RawKind::Rawtext),
                    _ => TokenSinkResult::Continue,
                };
                let closes_itself = tag.self_closing;
                let line = usize::try_from(line).unwrap_or(1);
                tags.push(Tag {
                    name,
                    is_end,
                    closes_itself,
                    attributes,
                    text: String::new(),
                    line,
                });
                raw
            }
            Token::CharacterTokens(text) => {
                if let Some(tag) = tags.last_mut() {
                    tag.text.push_str(&text);
                }
                TokenSinkResult::Continue
            }
            _ => TokenSinkResult::Continue,
        }
    }
}

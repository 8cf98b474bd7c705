use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::refusal::Refusal;

/// Tokens from left to right. What `macro_rules` matched comes in groups without delimiters, which are opened.
pub(super) struct Tokens {
    /// The last token first.
    rest: Vec<TokenTree>,
    /// Where something is missing, if it is missing at the end.
    place: Span,
}

impl Tokens {
    pub(super) fn new(tokens: TokenStream, place: Span) -> Self {
        let mut rest: Vec<_> = tokens.into_iter().collect();
        rest.reverse();
        Self { rest, place }
    }

    /// What is between the delimiters.
    pub(super) fn inside(group: &Group) -> Self {
        Self::new(group.stream(), group.span())
    }

    pub(super) fn peek(&mut self) -> Option<&TokenTree> {
        while let Some(TokenTree::Group(group)) = self.rest.last()
            && group.delimiter() == Delimiter::None
        {
            let content: Vec<_> = group.stream().into_iter().collect();
            self.rest.pop();
            self.rest.extend(content.into_iter().rev());
        }
        self.rest.last()
    }

    pub(super) fn next(&mut self) -> Option<TokenTree> {
        self.peek()?;
        self.rest.pop()
    }

    /// Where the next token is.
    pub(super) fn place(&mut self) -> Span {
        let end = self.place;
        self.peek().map_or(end, TokenTree::span)
    }

    pub(super) fn is_at_end(&mut self) -> bool {
        self.peek().is_none()
    }

    pub(super) fn eat(&mut self, sign: char) -> bool {
        let is_next = matches!(self.peek(), Some(TokenTree::Punct(next)) if next.as_char() == sign);
        if is_next {
            self.rest.pop();
        }
        is_next
    }

    pub(super) fn eat_word(&mut self, word: &str) -> bool {
        let is_next =
            matches!(self.peek(), Some(TokenTree::Ident(next)) if next.to_string() == word);
        if is_next {
            self.rest.pop();
        }
        is_next
    }

    pub(super) fn eat_group(&mut self, delimiter: Delimiter) -> Option<Group> {
        match self.peek() {
            Some(TokenTree::Group(group)) if group.delimiter() == delimiter => {
                let group = group.clone();
                self.rest.pop();
                Some(group)
            }
            _ => None,
        }
    }

    pub(super) fn ident(&mut self) -> Result<Ident, Refusal> {
        match self.next() {
            Some(TokenTree::Ident(ident)) => Ok(ident),
            Some(other) => Err(Refusal::new(other.span(), "a name is expected here")),
            None => Err(Refusal::new(self.place, "a name is expected here")),
        }
    }

    /// The tokens up to the next comma that is not in angle brackets, in their groups. The comma is taken too.
    pub(super) fn until_comma(&mut self) -> TokenStream {
        let tokens = self.until(&[',']);
        self.eat(',');
        tokens
    }

    /// The tokens up to the first of these signs that is not in angle brackets, in their groups.
    pub(super) fn until(&mut self, ends: &[char]) -> TokenStream {
        let mut taken = vec![];
        let mut depth = 0;
        let mut is_arrow = false;
        while let Some(token) = self.rest.pop() {
            if let TokenTree::Punct(punct) = &token {
                let sign = punct.as_char();
                if depth == 0 && ends.contains(&sign) {
                    self.rest.push(token);
                    break;
                }
                match sign {
                    '<' => depth += 1,
                    '>' if !is_arrow => depth -= 1,
                    _ => {}
                }
                is_arrow = sign == '-';
            }
            taken.push(token);
        }
        taken.into_iter().collect()
    }
}

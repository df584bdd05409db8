//! What the parts of a page are (ISO 32000-1, 14.7 and 14.8): headings, paragraphs, lists, tables, figures. Screen readers
//! and converters follow this tree, so its order is the reading order, whatever stands where on the page.

use super::file::{File, Id, integer, text_string};
use crate::RenderError;

/// The kind of an element, as PDF names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Document,
    Division,
    Heading(u8),
    Paragraph,
    List,
    Item,
    Label,
    Body,
    Table,
    Row,
    Cell,
    /// The title of a column, or with a span the title of a group of rows.
    HeadCell,
    Link,
    Figure,
}

impl Role {
    /// The structure type.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Document => "Document",
            Self::Division => "Div",
            Self::Heading(1) => "H1",
            Self::Heading(2) => "H2",
            Self::Heading(_) => "H3",
            Self::Paragraph => "P",
            Self::List => "L",
            Self::Item => "LI",
            Self::Label => "Lbl",
            Self::Body => "LBody",
            Self::Table => "Table",
            Self::Row => "TR",
            Self::Cell => "TD",
            Self::HeadCell => "TH",
            Self::Link => "Link",
            Self::Figure => "Figure",
        }
    }
}

/// An element of the tree; [`Tag::NONE`] marks what is no content (rules, page numbers, repeated heads).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Tag(u32);

impl Tag {
    /// No content: an artifact.
    pub(super) const NONE: Self = Self(0);
}

struct Element {
    role: Role,
    parent: u32,
    /// Columns that a cell spans.
    span: u16,
}

/// Marked content of a page, or an annotation, that belongs to an element.
#[derive(Clone, Copy)]
struct Kid {
    element: u32,
    page: u32,
    content: Content,
}

#[derive(Clone, Copy)]
enum Content {
    Marked(u32),
    Annotation(Id),
}

/// The tree while it grows. Elements are made in reading order.
pub(super) struct Tags {
    /// The first is the document; its index doubles as [`Tag::NONE`], since it has no content of its own.
    elements: Vec<Element>,
    open: Vec<u32>,
    kids: Vec<Kid>,
    /// What a figure shows, and where: element, text, box.
    figures: Vec<(u32, String, [i32; 4])>,
    /// Elements of the marked content of each page, by its number.
    pages: Vec<Vec<u32>>,
    /// Elements of annotations, by number from the count of pages on.
    annotations: Vec<u32>,
}

impl Tags {
    pub(super) fn new() -> Self {
        let document = Element { role: Role::Document, parent: 0, span: 1 };
        Self {
            elements: vec![document],
            open: vec![0],
            kids: Vec::new(),
            figures: Vec::new(),
            pages: Vec::new(),
            annotations: Vec::new(),
        }
    }

    fn add(&mut self, role: Role, span: u16) -> u32 {
        let parent = self.open.last().copied().unwrap_or(0);
        self.elements.push(Element { role, parent, span });
        u32::try_from(self.elements.len() - 1).unwrap_or(0)
    }

    /// A new element in the open one, without children of its own.
    pub(super) fn leaf(&mut self, role: Role) -> Tag {
        Tag(self.add(role, 1))
    }

    /// A cell over so many columns.
    pub(super) fn spanning(&mut self, role: Role, columns: usize) -> Tag {
        Tag(self.add(role, u16::try_from(columns).unwrap_or(u16::MAX)))
    }

    /// Opens an element: what is made until [`Self::close`] stands in it.
    pub(super) fn open(&mut self, role: Role) -> Tag {
        let index = self.add(role, 1);
        self.open.push(index);
        Tag(index)
    }

    /// Closes the element that was opened last.
    pub(super) fn close(&mut self) {
        if self.open.len() > 1 {
            self.open.pop();
        }
    }

    /// How many elements there are, for [`Self::take_back`].
    pub(super) fn mark_of_growth(&self) -> usize {
        self.elements.len()
    }

    /// Forgets the elements made since: their content was laid out in another way.
    pub(super) fn take_back(&mut self, count: usize) {
        self.elements.truncate(count.max(1));
    }

    /// What an element is.
    pub(super) fn role(&self, tag: Tag) -> Role {
        self.elements.get(tag.0 as usize).map_or(Role::Document, |element| element.role)
    }

    /// Begins a page; marked content is numbered from 0 on each.
    pub(super) fn page(&mut self) {
        self.pages.push(Vec::new());
    }

    /// The number for marked content of an element on the last page begun.
    pub(super) fn mark(&mut self, tag: Tag) -> u32 {
        let page = u32::try_from(self.pages.len().saturating_sub(1)).unwrap_or(u32::MAX);
        let Some(contents) = self.pages.last_mut() else { return 0 };
        let number = u32::try_from(contents.len()).unwrap_or(u32::MAX);
        contents.push(tag.0);
        self.kids.push(Kid { element: tag.0, page, content: Content::Marked(number) });
        number
    }

    /// Gives a figure its text and its box on the page, in hundredths of a point.
    pub(super) fn describe(&mut self, tag: Tag, text: &str, bounds: [i32; 4]) {
        self.figures.push((tag.0, text.to_owned(), bounds));
    }

    /// Ties an annotation on a page to an element; gives the number for its `StructParent` once all pages are counted.
    pub(super) fn annotation(&mut self, tag: Tag, page: usize, annotation: Id, pages: usize) -> usize {
        let page = u32::try_from(page).unwrap_or(u32::MAX);
        self.kids.push(Kid { element: tag.0, page, content: Content::Annotation(annotation) });
        self.annotations.push(tag.0);
        pages + self.annotations.len() - 1
    }

    /// Writes the tree under `root`; `pages` are the page objects.
    pub(super) fn write(mut self, file: &mut File, root: Id, pages: &[Id]) -> Result<(), RenderError> {
        let first = file.reserve(self.elements.len());
        let id = |index: u32| first.plus(index as usize);
        // Drawing order is nearly reading order, but what a page cuts in two is not: sort by element, keeping order.
        self.kids.sort_by_key(|kid| kid.element);
        // Children of each element as a linked list: ascending, since elements were made in reading order.
        let count = self.elements.len();
        let (mut heads, mut next) = (vec![0_u32; count], vec![0_u32; count]);
        for index in (1..count).rev() {
            let parent = self.elements[index].parent as usize;
            next[index] = heads[parent];
            heads[parent] = u32::try_from(index).unwrap_or(0);
        }
        let mut kids = self.kids.as_slice();
        let mut figures = self.figures.as_slice();
        for (index, element) in self.elements.iter().enumerate() {
            let number = u32::try_from(index).unwrap_or(0);
            let own = kids.partition_point(|kid| kid.element <= number);
            let (mine, rest) = kids.split_at(own);
            kids = rest;
            let figure = figures.first().filter(|figure| figure.0 == number);
            if figure.is_some() {
                figures = &figures[1..];
            }
            file.object(id(number), |out| {
                let parent = if index == 0 { root } else { id(element.parent) };
                out.extend_from_slice(format!("<</S/{}/P {parent}", element.role.name()).as_bytes());
                let page = mine.first().map(|kid| kid.page);
                if let Some(page) = page.and_then(|page| pages.get(page as usize)) {
                    out.extend_from_slice(format!("/Pg {page}").as_bytes());
                }
                if let [Kid { content: Content::Marked(number), .. }] = mine
                    && heads[index] == 0
                {
                    out.extend_from_slice(b"/K ");
                    integer(out, i32::try_from(*number).unwrap_or(0));
                } else if heads[index] != 0 || !mine.is_empty() {
                    out.extend_from_slice(b"/K[");
                    let mut child = heads[index];
                    while child != 0 {
                        out.extend_from_slice(format!("{} ", id(child)).as_bytes());
                        child = next[child as usize];
                    }
                    for kid in mine {
                        let on = pages.get(kid.page as usize).copied().unwrap_or(root);
                        match kid.content {
                            Content::Marked(number) if Some(kid.page) == page => {
                                out.extend_from_slice(format!("{number} ").as_bytes());
                            }
                            Content::Marked(number) => out
                                .extend_from_slice(format!("<</Type/MCR/Pg {on}/MCID {number}>>").as_bytes()),
                            Content::Annotation(annotation) => out.extend_from_slice(
                                format!("<</Type/OBJR/Pg {on}/Obj {annotation}>>").as_bytes(),
                            ),
                        }
                    }
                    out.push(b']');
                }
                out.extend_from_slice(attributes(element).as_bytes());
                if let Some((_, text, [left, bottom, right, top])) = figure {
                    let points = |value: &i32| f64::from(*value) / 100.0;
                    let [left, bottom, right, top] = [left, bottom, right, top].map(points);
                    let text = text_string(text);
                    let layout = format!(
                        "/Alt {text}/A<</O/Layout/Placement/Block/BBox[{left} {bottom} {right} {top}]>>"
                    );
                    out.extend_from_slice(layout.as_bytes());
                }
                out.extend_from_slice(b">>");
            })?;
        }
        let parents = file.id();
        file.object(root, |out| {
            let keys = pages.len() + self.annotations.len();
            let text =
                format!("<</Type/StructTreeRoot/K {}/ParentTree {parents}/ParentTreeNextKey {keys}>>", id(0));
            out.extend_from_slice(text.as_bytes());
        })?;
        let lists = file.reserve(self.pages.len());
        for (number, contents) in self.pages.iter().enumerate() {
            file.object(lists.plus(number), |out| {
                out.push(b'[');
                for element in contents {
                    out.extend_from_slice(format!("{} ", id(*element)).as_bytes());
                }
                out.push(b']');
            })?;
        }
        file.object(parents, |out| {
            out.extend_from_slice(b"<</Nums[");
            for number in 0..self.pages.len() {
                out.extend_from_slice(format!("{number} {} ", lists.plus(number)).as_bytes());
            }
            for (number, element) in self.annotations.iter().enumerate() {
                out.extend_from_slice(format!("{} {} ", pages.len() + number, id(*element)).as_bytes());
            }
            out.extend_from_slice(b"]>>");
        })
    }
}

/// Attributes of an element that its role and span make.
fn attributes(element: &Element) -> String {
    let span = match element.span {
        1 => String::new(),
        columns => format!("/ColSpan {columns}"),
    };
    match element.role {
        Role::HeadCell => format!("/A<</O/Table/Scope/Column{span}>>"),
        Role::Cell if element.span > 1 => format!("/A<</O/Table{span}>>"),
        Role::List => "/A<</O/List/ListNumbering/None>>".to_owned(),
        _ => String::new(),
    }
}

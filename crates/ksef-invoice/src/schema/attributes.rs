//! The check of an element's attributes, `xsi:nil` and `xsi:type` among them.

use super::datatype::Builtin;
use super::validator::{IDENTIFIERS, Validator};
use super::{Type, TypeId, words};
use crate::catalogue;
use crate::report::{Detail, Findings};
use crate::xml::namespace::{Namespaces, XSI, is_declaration};
use crate::xml::{Attribute, text};

impl<'a> Validator<'a> {
    /// Checks an element's attributes against its type.
    pub(super) fn attributes(
        &mut self,
        id: TypeId,
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) {
        let (rules, takes_any) = match self.schema.get(id) {
            Type::Complex(complex) => (complex.attributes.as_slice(), complex.takes_any_attribute),
            Type::Simple(_) => (&[][..], false),
        };
        for attribute in attributes.iter().filter(|attribute| !is_declaration(attribute.name)) {
            let (namespace, local) = namespaces.attribute(attribute.name).unwrap_or(("", attribute.name));
            if namespace == XSI && XSI_ATTRIBUTES.contains(&local) {
                continue;
            }
            let rule = rules.iter().find(|rule| namespace.is_empty() && rule.name == local);
            if rule.is_none() && takes_any {
                continue;
            }
            let is_identifier = rule
                .and_then(|rule| self.schema.simple(rule.kind))
                .is_some_and(|simple| simple.builtin == Builtin::Id);
            let value = text::decode_attribute(attribute.raw);
            let is_repeated =
                is_identifier && !self.seen.insert((IDENTIFIERS, text::collapse(&value).into_owned()));
            let detail = |found: &str, allowed: Option<String>, pl, en| Detail {
                path: self.path(Some(attribute.name)),
                offset: attribute.offset,
                found: Some(found.to_owned()),
                allowed,
                pl,
                en,
            };
            if is_repeated {
                let (pl, en) = words::quoted(&value);
                let pl = format!("Identyfikator {pl} już wystąpił; każdy musi być inny.");
                let en = format!("The identifier {en} has occurred before; each must be different.");
                findings.push(&catalogue::REPEATED_VALUE, detail(&value, None, pl, en));
            }
            let Some(rule) = rule else {
                let name = attribute.name;
                let pl = format!("Atrybut {name} nie jest tu przewidziany; usuń go.");
                let en = format!("The attribute {name} is not provided for here; remove it.");
                findings.push(&catalogue::UNKNOWN_ATTRIBUTE, detail(&value, None, pl, en));
                continue;
            };
            let Some(simple) = self.schema.simple(rule.kind) else {
                continue;
            };
            if let Err(violation) = simple.check(self.schema, &value) {
                let (_, allowed, pl, en) = words::violation(&violation);
                let (quoted_pl, quoted_en) = words::quoted(&value);
                let pl = format!("Atrybut {local} o wartości {quoted_pl}: {pl}.");
                let en = format!("The attribute {local} is {quoted_en}: {en}.");
                findings.push(&catalogue::ATTRIBUTE_VALUE, detail(&value, Some(allowed), pl, en));
            } else if let Some(fixed) = rule.fixed.filter(|fixed| !simple.equals(&value, fixed)) {
                let (quoted_pl, quoted_en) = words::quoted(&value);
                let pl = format!("Atrybut {local} musi mieć wartość „{fixed}”, a ma {quoted_pl}.");
                let en = format!("The attribute {local} must be “{fixed}” and is {quoted_en}.");
                findings.push(&catalogue::FIXED_ATTRIBUTE, detail(&value, Some(fixed.to_owned()), pl, en));
            }
        }
        for rule in rules.iter().filter(|rule| rule.is_required) {
            if !attributes.iter().any(|attribute| attribute.name == rule.name) {
                let (name, element) = (rule.name, self.frames.last());
                findings.push(
                    &catalogue::MISSING_ATTRIBUTE,
                    Detail {
                        path: self.path(Some(name)),
                        offset: element.map_or(0, |frame| frame.offset),
                        found: None,
                        allowed: rule.fixed.map(str::to_owned),
                        pl: format!("Brakuje atrybutu {name}{}; dodaj go.", with_value(rule.fixed)),
                        en: format!("The attribute {name}{} is missing; add it.", with_value(rule.fixed)),
                    },
                );
            }
        }
    }

    /// Checks `xsi:nil` and `xsi:type`; the answer is the type to go by.
    pub(super) fn instance_attributes(
        &self,
        declared: TypeId,
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
        findings: &mut Findings,
    ) -> TypeId {
        let mut actual = declared;
        for attribute in attributes {
            let Some((XSI, local)) = namespaces.attribute(attribute.name) else {
                continue;
            };
            let value = text::decode_attribute(attribute.raw);
            let detail = |pl: &str, en: &str| Detail {
                path: self.path(Some(attribute.name)),
                offset: attribute.offset,
                found: Some(value.clone().into_owned()),
                allowed: None,
                pl: pl.to_owned(),
                en: en.to_owned(),
            };
            match local {
                "nil" => findings.push(
                    &catalogue::NIL,
                    detail("Atrybut xsi:nil jest tu niedozwolony; usuń go.", "xsi:nil is not allowed here; remove it."),
                ),
                "type" => match self.substitute(declared, &value, namespaces) {
                    Some(substitute) => actual = substitute,
                    None => findings.push(
                        &catalogue::TYPE_SUBSTITUTION,
                        detail(
                            "Atrybut xsi:type nie wskazuje typu wyprowadzonego z typu tego elementu; usuń go.",
                            "xsi:type does not name a type derived from this element's; remove it.",
                        ),
                    ),
                },
                _ => {}
            }
        }
        actual
    }

    /// The type that an undeclared element names with `xsi:type`, if the schema has it.
    pub(super) fn named_type(
        &self,
        attributes: &[Attribute<'a>],
        namespaces: &Namespaces<'a>,
    ) -> Option<TypeId> {
        let is_type =
            |attribute: &&Attribute<'a>| namespaces.attribute(attribute.name) == Some((XSI, "type"));
        let value = text::decode_attribute(attributes.iter().find(is_type)?.raw);
        self.type_by_name(&value, namespaces)
    }

    fn type_by_name(&self, value: &str, namespaces: &Namespaces<'a>) -> Option<TypeId> {
        let name = text::trim(value);
        let (prefix, local) = name.split_once(':').unwrap_or(("", name));
        let namespace = namespaces.uri(prefix)?;
        self.schema.type_named(&self.schema.type_key(namespace, local)?)
    }

    fn substitute(&self, declared: TypeId, value: &str, namespaces: &Namespaces<'a>) -> Option<TypeId> {
        let id = self.type_by_name(value, namespaces)?;
        self.schema.is_derived(id, declared).then_some(id)
    }
}

fn with_value(fixed: Option<&str>) -> String {
    fixed.map(|fixed| format!("=\"{fixed}\"")).unwrap_or_default()
}

/// Local names of the attributes that XSD allows on every element.
const XSI_ATTRIBUTES: [&str; 4] = ["type", "nil", "schemaLocation", "noNamespaceSchemaLocation"];

/**
 * The part of JQL that the local site reads:
 *
 * ```
 * query   = [ or ] [ "ORDER" "BY" sort { "," sort } ]
 * or      = and { ( "OR" | "||" | "|" ) and }
 * and     = not { ( "AND" | "&&" | "&" ) not }
 * not     = ( "NOT" | "!" ) not | "(" or ")" | clause
 * clause  = field ( "=" | "!=" | ">" | ">=" | "<" | "<=" | "~" | "!~" ) value
 *         | field [ "NOT" ] "IN" "(" value { "," value } ")"
 *         | field "IS" [ "NOT" ] ( "EMPTY" | "NULL" )
 * field   = name | string | entity ".property" "[" key "]" { "." path }
 * value   = word | string | "EMPTY" | "NULL" | "currentUser()"
 * sort    = field [ "ASC" | "DESC" ]
 * ```
 *
 * Key words in any case. Fields: see `fields.ts`. History (`WAS`, `CHANGED`) and all other functions are not modelled and are
 * reported as such.
 */
export type Clause =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Clause[] }
  | { readonly kind: 'not'; readonly part: Clause }
  | Test;

export interface Test {
  readonly kind: 'test';
  readonly field: FieldName;
  readonly operator: Operator;
  /** Never empty, but for `is` and `is not`. */
  readonly values: readonly Value[];
}

export type Operator =
  '=' | '!=' | '>' | '>=' | '<' | '<=' | '~' | '!~' | 'in' | 'not in' | 'is' | 'is not';

export type Value =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'currentUser' };

/** A field as it was written: by name, or as a path into an entity property. */
export type FieldName =
  | { readonly kind: 'name'; readonly name: string }
  | {
      readonly kind: 'property';
      readonly entity: string;
      readonly propertyKey: string;
      readonly path: string;
    };

export interface Sort {
  readonly field: FieldName;
  readonly descending: boolean;
}

export interface Query {
  /** Absent: no restriction. */
  readonly where?: Clause;
  readonly sorts: readonly Sort[];
}

/** The field as a person would write it, for messages. */
export function fieldText(field: FieldName): string {
  if (field.kind === 'name') return field.name;
  return `${field.entity}.property[${field.propertyKey}].${field.path}`;
}

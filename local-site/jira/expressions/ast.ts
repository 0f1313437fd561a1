/**
 * The part of Jira expressions that the local site evaluates:
 *
 * ```
 * expression  = arrow | ternary
 * arrow       = name "=>" expression | "(" [ names ] ")" "=>" expression
 * ternary     = nullish [ "?" expression ":" expression ]
 * nullish     = or { "??" or }          or = and { "||" and }      and = equality { "&&" equality }
 * equality    = relation { ( "==" | "!=" | "===" | "!==" ) relation }
 * relation    = sum { ( "<" | "<=" | ">" | ">=" ) sum }
 * sum         = product { ( "+" | "-" ) product }       product = unary { ( "*" | "/" | "%" ) unary }
 * unary       = ( "!" | "-" | "typeof" ) unary | postfix
 * postfix     = primary { "." name | "?." name | "[" expression "]" | "(" [ expressions ] ")" }
 * primary     = number | string | "true" | "false" | "null" | name | "(" expression ")" | "[" [ expressions ] "]"
 *             | "{" [ name ":" expression { "," … } ] "}"
 * ```
 *
 * `==` compares strictly. Not modelled, and reported: `new`, `let`, statements, template strings, regular expression literals.
 */
export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'list'; readonly items: readonly Expression[] }
  | { readonly kind: 'map'; readonly entries: readonly (readonly [string, Expression])[] }
  | { readonly kind: 'arrow'; readonly parameters: readonly string[]; readonly body: Expression }
  | {
      readonly kind: 'ternary';
      readonly test: Expression;
      readonly then: Expression;
      readonly otherwise: Expression;
    }
  | {
      readonly kind: 'unary';
      readonly operator: '!' | '-' | 'typeof';
      readonly operand: Expression;
    }
  | {
      readonly kind: 'binary';
      readonly operator: string;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: 'member';
      readonly object: Expression;
      readonly key: Expression;
      /** `?.`: null instead of a failure where the object is null. */
      readonly optional: boolean;
    }
  | {
      readonly kind: 'call';
      readonly callee: Expression;
      readonly parameters: readonly Expression[];
    };

import { parser } from '@prometheus-io/lezer-promql';

/**
 * Returns the selectors of a query, each a name and matchers, and the labels that it groups by. Parsed with Prometheus'
 * own grammar; throws if the query is invalid.
 */
export function read(query) {
  const selectors = [];
  const grouped = new Set();
  const text = (node) => query.slice(node.from, node.to);
  parser.parse(query).iterate({
    enter({ type, node }) {
      if (type.isError) throw new Error(`no PromQL at ${node.from}: ${query}`);
      if (type.name === 'VectorSelector') selectors.push({ name: undefined, matchers: [] });
      if (type.name === 'Identifier' && node.parent.name === 'VectorSelector') selectors.at(-1).name = text(node);
      if (type.name === 'UnquotedLabelMatcher') {
        const [label, operator, value] = ['LabelName', 'MatchOp', 'StringLiteral'].map((part) => text(node.getChild(part)));
        selectors.at(-1).matchers.push({ label, operator, value: JSON.parse(value) });
      }
      if (type.name === 'LabelName' && node.parent.name === 'GroupingLabels') grouped.add(text(node));
    },
  });
  return { selectors, grouped: [...grouped] };
}

/**
 * Splits a selector into selectors of its metric with one value of one label each. If no series matches one of them, a
 * name is misspelt, which alternatives of a regular expression or a negation would hide.
 */
export function named({ name, matchers }) {
  const parts = matchers.flatMap(({ label, operator, value }) => {
    const regular = operator.endsWith('~');
    const values = regular ? value.split('|') : [value];
    return values.map((one) => `${name}{${label}${regular ? '=~' : '='}${JSON.stringify(one)}}`);
  });
  return parts.length === 0 ? [name] : parts;
}

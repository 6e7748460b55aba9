export interface Expression {
  readonly key: string;
  readonly operator: string;
  readonly values?: readonly string[];
}

export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly Expression[];
}

type Labels = Readonly<Record<string, string>>;

/** Whether labels match all expressions, with the operators of label and node selectors. */
export function matchesExpressions(expressions: readonly Expression[], labels: Labels): boolean {
  return expressions.every(({ key, operator, values = [] }) => {
    const value = labels[key];
    switch (operator) {
      case "In":
        return value !== undefined && values.includes(value);
      case "NotIn":
        return value === undefined || !values.includes(value);
      case "Exists":
        return value !== undefined;
      case "DoesNotExist":
        return value === undefined;
      case "Gt":
        return Number(value) > Number(values[0]);
      case "Lt":
        return Number(value) < Number(values[0]);
      default:
        return false;
    }
  });
}

/** Whether labels match a selector. A missing selector matches nothing, an empty one everything. */
export function matchesSelector(selector: LabelSelector | undefined, labels: Labels): boolean {
  if (!selector) return false;
  const exact = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  return exact && matchesExpressions(selector.matchExpressions ?? [], labels);
}

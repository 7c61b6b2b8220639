using System.Collections.Immutable;

namespace QuantPS.Data;

/// <summary>A text, or a pair of texts, as BERT takes it.</summary>
/// <param name="Ids">The ids: [CLS], the first text, [SEP], and, where there is one, the second text and [SEP].</param>
/// <param name="Types">For each id the segment that it belongs to: 0, or 1 from the second text on.</param>
public sealed record TokenSequence(ImmutableArray<int> Ids, ImmutableArray<int> Types);

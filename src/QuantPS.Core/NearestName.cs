namespace QuantPS;

/// <summary>Finds the name that a user may have meant.</summary>
public static class NearestName
{
    /// <summary>The candidate that the fewest insertions, deletions and replacements of characters lead to, whatever the case.</summary>
    /// <exception cref="InvalidOperationException">There are no candidates.</exception>
    public static string Of(string name, IEnumerable<string> candidates) =>
        candidates.MinBy(candidate => Distance(name.ToLowerInvariant(), candidate.ToLowerInvariant()))
        ?? throw new InvalidOperationException("There are no names to choose from.");

    // Levenshtein's distance, a row at a time.
    private static int Distance(string from, string to)
    {
        int[] row = [.. Enumerable.Range(0, to.Length + 1)];
        for (int i = 1; i <= from.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.Length; j++)
            {
                int replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(replaced, Math.Min(row[j - 1], row[j]) + 1);
            }
        }
        return row[^1];
    }
}

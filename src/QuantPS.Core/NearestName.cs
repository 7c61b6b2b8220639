namespace QuantPS;

/// <summary>Finds the name that a user may have meant.</summary>
public static class NearestName
{
    /// <summary>
    /// A question after the candidate that the fewest insertions, deletions and replacements of characters lead to, whatever the case, with a blank
    /// before it; nothing where they would change more than half of the name.
    /// </summary>
    public static string Question(string name, IEnumerable<string> candidates)
    {
        (string candidate, int distance) = candidates.Select(other => (other, Distance(name.ToLowerInvariant(), other.ToLowerInvariant())))
            .MinBy(pair => pair.Item2);
        return 2 * distance <= name.Length ? $" Did you mean '{candidate}'?" : "";
    }

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

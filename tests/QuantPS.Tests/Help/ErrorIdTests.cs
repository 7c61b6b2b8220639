using System.Text.RegularExpressions;

namespace QuantPS.Tests.Help;

public sealed partial class ErrorIdTests
{
    [Fact]
    public void The_about_topic_lists_every_error_that_the_code_can_give_and_no_other()
    {
        string[] sources = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories)
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))];
        string[] thrown = [.. sources.SelectMany(path => ErrorId().Matches(File.ReadAllText(path)))
            .Select(match => match.Groups["id"].Value).Distinct().Order()];
        string about = File.ReadAllText(Path.Combine(Repository.Module, "en-US", "about_QuantPS.help.txt"));
        string section = about[about.IndexOf("  ERRORS", StringComparison.Ordinal)..about.IndexOf("SEE ALSO", StringComparison.Ordinal)];

        string[] listed = [.. ListedId().Matches(section).Select(match => match.Value).Where(id => id != "FullyQualifiedErrorId").Order()];

        Assert.True(thrown.Length > 30);
        Assert.Equal(thrown.Union(["FileUnusable", "UnexpectedError"]).Order(), listed);
    }

    // The first argument of the exception; where its type is not written, the message behind it begins with a quotation mark or is one.
    [GeneratedRegex(@"(QuantPSException\(\s*""(?<id>[A-Z][A-Za-z]+)"",)|(new\(\s*""(?<id>[A-Z][A-Za-z]+)"",\s*(\$?""|message))")]
    private static partial Regex ErrorId();

    [GeneratedRegex(@"\b([A-Z][a-z]+){2,}\b")]
    private static partial Regex ListedId();
}

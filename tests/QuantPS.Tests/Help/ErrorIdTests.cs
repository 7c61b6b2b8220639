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

        Assert.True(thrown.Length > 30);
        Assert.Equal(thrown.Union(["FileUnusable", "UnexpectedError"]).Order(), Listed());
    }

    [Fact]
    public void Every_error_has_a_test()
    {
        string[] tests = [.. Directory.EnumerateFiles(Path.Combine(Repository.Root, "tests"), "*", SearchOption.AllDirectories)
            .Where(path => Path.GetExtension(path) is ".cs" or ".ps1" && Path.GetFileName(path) != "ErrorIdTests.cs").Select(File.ReadAllText)];

        Assert.All(Listed().Except(["FileUnusable", "UnexpectedError"]), id => Assert.Contains(tests, test => test.Contains(id)));
    }

    private static string[] Listed()
    {
        string about = File.ReadAllText(Path.Combine(Repository.Module, "en-US", "about_QuantPS.help.txt"));
        string section = about[about.IndexOf("  ERRORS", StringComparison.Ordinal)..about.IndexOf("SEE ALSO", StringComparison.Ordinal)];

        return [.. ListedId().Matches(section).Select(match => match.Value).Where(id => id != "FullyQualifiedErrorId").Order()];
    }

    // The identifier is the first text after the name of the exception, or of what is made with a message behind it.
    [GeneratedRegex(@"(QuantPSException\b[^;""]*""(?<id>[A-Z][A-Za-z]+)"",)|(new\(\s*""(?<id>[A-Z][A-Za-z]+)"",\s*(\$?""|message))")]
    private static partial Regex ErrorId();

    [GeneratedRegex(@"\b([A-Z][a-z]+){2,}\b")]
    private static partial Regex ListedId();
}

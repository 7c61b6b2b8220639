using System.Text.RegularExpressions;

namespace QuantPS.Tests.Help;

/// <summary>The table of errors, as its topic shows it, against what the code throws and the tests provoke.</summary>
public sealed partial class ErrorIdTests
{
    private static readonly Lazy<HashSet<string>> _thrown = new(() =>
        [.. Sources("src", ".cs").SelectMany(text => ErrorId().Matches(text)).Select(match => match.Groups["id"].Value), "FileUnusable", "UnexpectedError"]);

    private static readonly Lazy<string[]> _tests = new(() => [.. Sources("tests", ".cs", ".ps1")]);

    public static TheoryData<string> Table => [.. Topic.Errors.Select(error => error.Id)];

    [Fact]
    public void Every_error_that_the_code_can_give_is_in_the_table()
    {
        Assert.True(_thrown.Value.Count > 80);
        string[] missing = [.. _thrown.Value.Except(Topic.Errors.Select(error => error.Id)).Order()];
        Assert.True(missing.Length == 0, $"src/QuantPS/Errors/ErrorTable.cs lacks {string.Join(", ", missing)}.");
    }

    [Theory]
    [MemberData(nameof(Table))]
    public void The_error_can_happen_and_has_a_test_and_says_what_to_do(string id)
    {
        Topic.Error error = Assert.Single(Topic.Errors, error => error.Id == id);
        Assert.Contains(id, _thrown.Value);
        if (id is not ("FileUnusable" or "UnexpectedError")) Assert.Contains(_tests.Value, test => test.Contains(id));
        Assert.All([error.Meaning, error.Remedy], text => Assert.EndsWith(".", text));
    }

    private static IEnumerable<string> Sources(string folder, params string[] extensions) =>
        Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
            .Where(path => extensions.Contains(Path.GetExtension(path)) && Path.GetFileName(path) is not ("ErrorIdTests.cs" or "ErrorTable.cs"))
            .Where(path => !path.Split(Path.DirectorySeparatorChar).Any(part => part is "obj" or "bin"))
            .Select(File.ReadAllText);

    // The identifier is the first text after the name of the exception, or of what is made with a message behind it.
    [GeneratedRegex(@"(QuantPSException\b[^;""]*""(?<id>[A-Z][A-Za-z]+)"",)|(new\(\s*""(?<id>[A-Z][A-Za-z]+)"",\s*(\$?""|message))")]
    private static partial Regex ErrorId();
}

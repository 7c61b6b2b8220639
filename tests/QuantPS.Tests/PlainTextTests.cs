namespace QuantPS.Tests;

public sealed class PlainTextTests
{
    [Theory]
    [InlineData("resnet18", "resnet18")]
    [InlineData("", "")]
    [InlineData("##vso[x]", "# #vso[x]")]
    [InlineData("::set-output name=a::b", ": :set-output name=a: :b")]
    [InlineData("###:::", "# # #: : :")]
    [InlineData("a\r\nb\u001b[0m\u2028\u202E", "a\\u000D\\u000Ab\\u001B[0m\\u2028\\u202E")]
    [InlineData("50%0A, ü 猫", "50%0A, ü 猫")]
    public void Text_becomes_one_line_without_the_signs_that_commands_start_with(string text, string plain)
    {
        Assert.Equal(plain, PlainText.Of(text));
        Assert.Equal(plain, PlainText.Of(plain));
    }

    [Fact]
    public void Plain_text_is_not_copied() => Assert.Same("resnet18 (Int8)", PlainText.Of("resnet18 (Int8)"));

    [Fact]
    public void The_message_of_an_error_is_plain_and_its_target_as_it_was()
    {
        var error = new QuantPSException("DataNotFound", "There is no 'a\n##vso[x]'.", "a\n##vso[x]");

        Assert.Equal("There is no 'a\\u000A# #vso[x]'.", error.Message);
        Assert.Equal("a\n##vso[x]", error.Target);
    }
}

using QuantPS.Data;

namespace QuantPS.Tests.Data.Text;

public sealed class TextVocabularyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_words_of_texts_are_numbered_in_the_order_in_which_they_come_with_a_token_for_the_end_of_a_line()
    {
        string first = _folder.Write("first.txt", " the  cat\r\n\nthe dog"), second = _folder.Write("second.txt", "a cat\n");

        TextVocabulary vocabulary = TextVocabulary.Read([first, second], TokenUnit.Word);

        Assert.Equal(["the", "cat", "<eos>", "dog", "a"], vocabulary.Tokens);
        Assert.Equal([0, 1, 2, 2, 0, 3, 2], vocabulary.Encode(first).Ids);
    }

    [Fact]
    public void A_file_with_a_word_a_line_is_the_vocabulary_itself()
    {
        TextVocabulary vocabulary = TextVocabulary.Read([_folder.Write("words.txt", "dog\n<unk>\nthe\n")], TokenUnit.Word);
        TextData text = vocabulary.Encode(_folder.Write("text.txt", "the dog\nthe cat\n"));

        Assert.Equal(["dog", "<unk>", "the"], vocabulary.Tokens);
        Assert.Equal([2, 0, 2, 1], text.Ids);
        Assert.Equal(1, text.UnknownCount);
    }

    [Fact]
    public void Characters_are_sorted_by_their_code_points_and_line_ends_are_line_feeds()
    {
        TextVocabulary vocabulary = TextVocabulary.Read([_folder.Write("text.txt", "ba\r\n\U0001F600\uFFFDa")], TokenUnit.Character);

        Assert.Equal(["\n", "a", "b", "\uFFFD", "\U0001F600"], vocabulary.Tokens);
        Assert.Equal([2, 1, 0], vocabulary.Encode(Path.Combine(_folder.Path, "text.txt"), first: 3).Ids);
    }

    [Fact]
    public void A_folder_stands_for_the_texts_of_the_example_in_their_order()
    {
        foreach (string part in (string[])["test", "train", "valid"]) _folder.Write($"{part}.txt", $"{part} set");
        string[] words = ["train", "set", "<eos>", "valid", "test"];

        Assert.Equal(words, TextVocabulary.Read([_folder.Path], TokenUnit.Word).Tokens);
        Assert.Equal(words, TextVocabulary.Read(TextVocabulary.CorpusBeside(Path.Combine(_folder.Path, "test.txt")), TokenUnit.Word).Tokens);
        File.Delete(Path.Combine(_folder.Path, "train.txt"));
        Assert.Empty(TextVocabulary.CorpusBeside(Path.Combine(_folder.Path, "test.txt")));
    }

    [Fact]
    public void A_word_that_nothing_stands_for_is_an_error_that_names_it_and_its_line()
    {
        TextVocabulary vocabulary = TextVocabulary.Read([_folder.Write("words.txt", "the cat sat\n")], TokenUnit.Word);
        var error = Assert.Throws<QuantPSException>(() => vocabulary.Encode(_folder.Write("text.txt", "the cat\nthe dog\n")));

        Assert.Equal("TokenUnknown", error.ErrorId);
        Assert.Contains("text.txt', line 2: 'dog'", error.Message);
    }

    [Fact]
    public void Files_that_are_not_there_or_empty_are_errors_that_name_them()
    {
        string missing = Path.Combine(_folder.Path, "missing.txt"), empty = _folder.Write("empty.txt", "");
        TextVocabulary vocabulary = TextVocabulary.Read([_folder.Write("words.txt", "a b")], TokenUnit.Word);

        Check("VocabularyUnreadable", "missing.txt", () => TextVocabulary.Read([missing], TokenUnit.Word));
        Check("VocabularyUnreadable", "empty.txt", () => TextVocabulary.Read([empty], TokenUnit.Word));
        string folder = Directory.CreateDirectory(Path.Combine(_folder.Path, "folder")).FullName;
        Check("VocabularyUnreadable", "without train.txt", () => TextVocabulary.Read([folder], TokenUnit.Word));
        Check("DataNotFound", "missing.txt", () => vocabulary.Encode(missing));
    }

    private static void Check(string errorId, string text, Action action)
    {
        var error = Assert.Throws<QuantPSException>(action);
        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(text, error.Message);
    }
}

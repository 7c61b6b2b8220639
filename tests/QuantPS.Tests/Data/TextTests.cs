using QuantPS.Data;
using QuantPS.Tests.Zoo;
using Xunit;

namespace QuantPS.Tests.Data;

public sealed class TextTests
{
    private static readonly TextPreprocessing Preprocessing = new([.. SmallBert.Vocabulary], LowerCase: true, MaxLength: 8);

    [Theory]
    [InlineData("A fine film", "[CLS] a fine film [SEP]")]
    [InlineData("films, unfine!", "[CLS] film ##s , un ##fine ! [SEP]")]
    [InlineData("a fILM xyz", "[CLS] a film [UNK] [SEP]")]
    [InlineData("", "[CLS] [SEP]")]
    [InlineData("a a a a a a a a a", "[CLS] a a a a a a [SEP]")]
    public void Text_is_cut_into_the_longest_tokens_of_the_vocabulary(string text, string tokens)
    {
        TokenSequence sequence = new TextEncoder(Preprocessing).Encode(text);
        Assert.Equal(tokens.Split(' '), sequence.Ids.Select(id => SmallBert.Vocabulary[id]));
        Assert.All(sequence.Types, type => Assert.Equal(0, type));
    }

    [Theory]
    [InlineData("a film", "fine", "[CLS] a film [SEP] fine [SEP]", "000011")]
    [InlineData("a a a a a a a", "fine film", "[CLS] a a a [SEP] fine film [SEP]", "00000111")]
    [InlineData("a", "fine fine fine fine fine fine", "[CLS] a [SEP] fine fine fine fine [SEP]", "00011111")]
    public void A_pair_has_two_segments_and_loses_the_end_of_the_longer_text_first(string text, string pair, string tokens, string types)
    {
        TokenSequence sequence = new TextEncoder(Preprocessing).Encode(text, pair);
        Assert.Equal(tokens.Split(' '), sequence.Ids.Select(id => SmallBert.Vocabulary[id]));
        Assert.Equal(types, string.Concat(sequence.Types));
    }

    [Fact]
    public void A_cased_vocabulary_leaves_letters_as_they_are_and_lengths_can_be_less()
    {
        var encoder = new TextEncoder(Preprocessing with { LowerCase = false }, maxLength: 3);
        Assert.Equal(["[CLS]", "[UNK]", "[SEP]"], encoder.Encode("Film film").Ids.Select(id => SmallBert.Vocabulary[id]));
    }

    [Fact]
    public void Rows_with_commas_are_read_as_RFC_4180_has_them()
    {
        TextDataset data = Read("films.csv", "label,Text\r\n1,\"a \"\"fine\"\" film,\nand long\"\r\n\r\n0,dull\r\n");
        Assert.Equal([new TextExample("a \"fine\" film,\nand long", null, "1", 2), new TextExample("dull", null, "0", 5)], data.Examples);
    }

    [Fact]
    public void Rows_with_tabs_are_read_as_they_are()
    {
        TextDataset data = Read("pairs.tsv", "sentence1\tsentence2\tlabel\na \"fine film\tfine, yes\tfine\n");
        Assert.Equal([new TextExample("a \"fine film", "fine, yes", "fine", 2)], data.Examples);
    }

    [Theory]
    [InlineData("a.csv", "label,words\n1,b\n", "'text'")]
    [InlineData("a.csv", "label,text\n1\n", "line 2")]
    [InlineData("a.csv", "label,text\n1,\"a\n", "line 2")]
    [InlineData("a.csv", "label,text\n", "no texts")]
    public void A_file_that_is_no_data_set_is_an_error_that_says_why(string name, string content, string why)
    {
        var error = Assert.Throws<QuantPSException>(() => Read(name, content));
        Assert.Equal("DataUnreadable", error.ErrorId);
        Assert.Contains(why, error.Message);
        Assert.Contains(name, error.Message);
    }

    [Fact]
    public void A_vocabulary_without_the_tokens_of_BERT_is_an_error()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("vocab.txt", "a\nb\n[PAD]"u8.ToArray());
        var error = Assert.Throws<QuantPSException>(() => TextPreprocessing.Read(path, 10));
        Assert.Equal("VocabularyUnreadable", error.ErrorId);
        Assert.Contains("[UNK], [CLS], [SEP]", error.Message);
    }

    [Fact]
    public void The_settings_beside_a_vocabulary_say_whether_letters_are_made_small()
    {
        using TemporaryFolder folder = new();
        File.WriteAllLines(folder.At("vocab.txt"), SmallBert.Vocabulary);
        Assert.True(TextPreprocessing.Read(folder.At("vocab.txt"), 10).LowerCase);
        folder.Write("tokenizer_config.json", """{ "do_lower_case": false }"""u8.ToArray());
        Assert.False(TextPreprocessing.Read(folder.At("vocab.txt"), 10).LowerCase);
    }

    private static TextDataset Read(string name, string content)
    {
        using TemporaryFolder folder = new();
        return TextDataset.Read(folder.Write(name, System.Text.Encoding.UTF8.GetBytes(content)));
    }
}

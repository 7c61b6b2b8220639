using System.Diagnostics;
using System.Globalization;
using QuantPS.Analysis;
using QuantPS.Benchmarks.Reports;
using QuantPS.Benchmarks.Training;
using QuantPS.Checkpoints;
using QuantPS.Data;
using QuantPS.Quantization;
using QuantPS.Zoo;

namespace QuantPS.Benchmarks;

/// <summary>
/// Language models, trained here with libtorch and read from the file that holds their state dict: the perplexity of a text that they have
/// not seen, in float and with dynamic int8.
/// </summary>
internal sealed class PerplexityComparison : IBenchmark
{
    private const double Limit = 0.5;
    private static readonly int[] s_seeds = [1, 2, 3];

    public string Name => "perplexity";

    public string Description => "trains an LSTM of words and one of characters: perplexity in float and dynamic int8; needs ../shared; some minutes a seed; --seeds 1,2,3 --epochs N --threads N --only word|character; --trained FOLDER keeps the trained files, and takes those that are there";

    public int Run(string[] arguments)
    {
        var options = new CommandLine(arguments, "--seeds", "--epochs", "--threads", "--only", "--trained");
        string words = Path.Combine(Repository.Shared, "data", "wikitext-2"), characters = Path.Combine(Repository.Shared, "data", "tinyshakespeare", "input.txt");
        if (!Directory.Exists(words) || !File.Exists(characters))
        {
            Console.Error.WriteLine("Not measured: shared/data/wikitext-2 or shared/data/tinyshakespeare is not there.");
            return 1;
        }
        int threads = options.Integer("--threads", Environment.ProcessorCount);
        DirectoryInfo folder = Directory.CreateTempSubdirectory("QuantPS-perplexity-");
        try
        {
            string valid = Path.Combine(words, "valid.txt");
            (string training, string heldOut) = Cut(characters, folder.FullName);
            (LanguageModelSettings Settings, string Vocabulary, string Training, string Test)[] models =
            [
                (LanguageModelSettings.Word, valid, valid, Path.Combine(words, "test.txt")),
                (LanguageModelSettings.Character, characters, training, heldOut),
            ];
            var table = new TextTable("model ", "seed", "training, s", "precision ", "size, MB", "perplexity", "difference, %", "tokens", "unknown", "measuring, s");
            double worst = 0;
            foreach (var (settings, vocabulary, trainingText, test) in models)
            {
                if (options.Text("--only") is { } only && !settings.Name.StartsWith(only, StringComparison.OrdinalIgnoreCase)) continue;
                foreach (int seed in options.Integers("--seeds", s_seeds))
                {
                    LanguageModelSettings chosen = settings with { Epochs = options.Integer("--epochs", settings.Epochs) };
                    string file = Path.Combine(options.Text("--trained") ?? folder.FullName, $"{settings.Unit}-{seed}.pth".ToLowerInvariant());
                    TextVocabulary tokens = TextVocabulary.Read([vocabulary], settings.Unit);
                    double? seconds = File.Exists(file) ? null : Train(chosen, tokens.Encode(trainingText), seed, threads, file);
                    worst = Math.Max(worst, Math.Abs(Compare(table, chosen, seed, seconds, file, tokens.Encode(test), threads)));
                }
            }
            Console.WriteLine(table);
            Console.WriteLine(FormattableString.Invariant($"The largest difference is {worst:f3} %; it may be {Limit} %."));
            return worst < Limit ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    /// <summary>The first nine tenths of a text, and the rest.</summary>
    private static (string Training, string HeldOut) Cut(string path, string folder)
    {
        string text = File.ReadAllText(path), training = Path.Combine(folder, "training.txt"), heldOut = Path.Combine(folder, "held-out.txt");
        int end = text.Length / 10 * 9;
        File.WriteAllText(training, text[..end]);
        File.WriteAllText(heldOut, text[end..]);
        return (training, heldOut);
    }

    private static double Train(LanguageModelSettings settings, TextData text, int seed, int threads, string file)
    {
        Console.WriteLine($"{settings.Name}, seed {seed}: {text}, {text.Vocabulary}");
        long start = Stopwatch.GetTimestamp();
        using var trainer = new LanguageModelTrainer(settings, text.Vocabulary.Tokens.Length, seed, threads);
        trainer.Train(text.Ids, line =>
        {
            Console.WriteLine(FormattableString.Invariant($"  {Stopwatch.GetElapsedTime(start).TotalSeconds,4:f0} s, {line}"));
            StateDictWriter.Write(trainer.State, file);
        });
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>By how many percent the perplexity in int8 is more than in float.</summary>
    private static double Compare(TextTable table, LanguageModelSettings settings, int seed, double? seconds, string file, TextData text, int threads)
    {
        QuantModel model = Architectures.Find("word_language_model").FromStateDict(StateDictReader.Read(file));
        QuantModel int8 = DynamicQuantizer.Quantize(model, new DynamicQuantizationOptions()).Model;
        double? reference = null, difference = null;
        foreach (QuantModel measured in (QuantModel[])[model, int8])
        {
            long start = Stopwatch.GetTimestamp();
            PerplexityReport report = ModelPerplexity.Measure(measured, text, threads: threads);
            double time = Stopwatch.GetElapsedTime(start).TotalSeconds;
            difference = 100 * (report.Perplexity / reference - 1);
            reference ??= report.Perplexity;
            table.Add(settings.Name, $"{seed}", seconds is { } training ? Text(training, "f0") : "", $"{report.Precision}", Text(ModelSize.Of(measured).SizeMB, "f3"), Text(report.Perplexity, "f3"),
                difference is { } more ? Text(more, "f3") : "", $"{report.Count}", $"{report.UnknownCount}", Text(time, "f1"));
        }
        return difference!.Value;
    }

    private static string Text(double number, string format) => number.ToString(format, CultureInfo.InvariantCulture);
}

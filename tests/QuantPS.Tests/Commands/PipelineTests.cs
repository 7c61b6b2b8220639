using System.Management.Automation;
using System.Management.Automation.Runspaces;
using QuantPS.Analysis;
using QuantPS.Engine;
using QuantPS.Tests.Checkpoints;
using QuantPS.Tests.Checkpoints.Published;
using QuantPS.Tests.Zoo;

namespace QuantPS.Tests.Commands;

[Collection(ModuleCollection.Name)]
public sealed class PipelineTests(ModuleSession session)
{
    private const string Model = "Get-QuantizedPretrained cifar_resnet20 -Float -Untrained";

    [Fact]
    public void Models_flow_by_value_and_a_bad_one_among_them_does_not_keep_the_others()
    {
        ModuleSession.Result result = session.Run($"$float = {Model}; $float, ($float | Invoke-DynamicQuantization), $float | Invoke-DynamicQuantization");

        Assert.Equal(2, result.Output.Count);
        Assert.StartsWith("ModelAlreadyQuantized,", result.Error.FullyQualifiedErrorId);
    }

    [Fact]
    public void Names_flow_by_value_and_by_property_name()
    {
        ModuleSession.Result byValue = session.Run("'cifar_resnet20', 'nothing', 'cifar_resnet32' | Get-QuantizedPretrained -Float -Untrained");
        ModuleSession.Result byName = session.Run("[pscustomobject]@{ Name = 'cifar_resnet20' } | Get-QuantizedPretrained -Float -Untrained");

        Assert.Equal(["cifar_resnet20", "cifar_resnet32"], byValue.Output.Select(model => ((QuantModel)model.BaseObject).Name));
        Assert.StartsWith("ModelNameUnknown,", byValue.Error.FullyQualifiedErrorId);
        Assert.Equal("cifar_resnet20", byName.Single<QuantModel>().Name);
    }

    [Fact]
    public void A_command_leaves_the_model_that_it_takes_as_it_is()
    {
        session.Run($"$global:before = {Model}; $global:text = $before.ToString()");

        Assert.True(session.Run("$null = $before | Invoke-DynamicQuantization; $before.ToString() -ceq $text").Single<bool>());
    }

    [Fact]
    public void Files_flow_by_property_name_and_paths_with_blanks_and_brackets_are_taken_literally()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("a folder [1]", "a model [2].pth");

        Assert.Equal(path, session.Run($"{Model} | Export-QuantModel -LiteralPath $args[0]", path).Single<FileInfo>().FullName);
        Assert.Equal("a model [2]", session.Run("Import-QuantModel -LiteralPath $args[0] -Architecture cifar_resnet20", path).Single<QuantModel>().Name);
        Assert.Equal("a model [2]", session.Run("[pscustomobject]@{ PSPath = $args[0] } | Import-QuantModel", path).Single<QuantModel>().Name);
        Assert.Equal("a model [2]", session.Run("Import-QuantModel -Path ([WildcardPattern]::Escape($args[0]))", path).Single<QuantModel>().Name);
    }

    [Fact]
    public void Networks_of_torchvision_go_to_files_and_come_back_without_their_names()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("model.pth");
        foreach (string name in new[] { "mobilenet_v3_large", "inception_v3", "googlenet", "shufflenet_v2_x0_5", "shufflenet_v2_x1_0" })
        {
            session.Run($"$global:made = Get-QuantizedPretrained {name} -Float -Untrained; $made | Export-QuantModel $args[0] -Force", path);
            QuantModel read = session.Run("Import-QuantModel $args[0]", path).Single<QuantModel>();

            Assert.Equal((name, ModelPrecision.Float32), (read.Architecture, read.Precision));
            Assert.Equal(session.Run("$made").Single<QuantModel>().ParameterCount, read.ParameterCount);
        }
    }

    [Theory]
    [InlineData("mobilenet_v3_large", QuantizationBackend.Qnnpack)]
    [InlineData("shufflenet_v2_x1_0", QuantizationBackend.Fbgemm)]
    public void A_file_as_torchvision_publishes_it_comes_in_as_int8_and_goes_out_again(string name, QuantizationBackend backend)
    {
        using TemporaryFolder folder = new();
        TorchModules net = backend == QuantizationBackend.Qnnpack
            ? PublishedNetworks.MobileNetV3(trained: true, squeezeVersion: 1)
            : PublishedNetworks.ShuffleNetV2([116, 232, 464, 1024], linearVersion: 2, tensors: false);
        string path = folder.Write("published.pth", net.State.Legacy());

        QuantModel model = session.Run($"$global:read = Import-QuantModel $args[0] -Backend {backend}; $read", path).Single<QuantModel>();
        QuantModel again = session.Run("$read | Export-QuantModel $args[0] -PassThru | Out-Null; Import-QuantModel $args[0]", folder.At("again.pth")).Single<QuantModel>();

        Assert.Equal((name, ModelPrecision.Int8, backend, "published"), (model.Architecture, model.Precision, model.Backend, model.Name));
        Assert.Equal(model.Graph.Lines(), again.Graph.Lines());
    }

    [Fact]
    public void A_file_that_is_written_comes_with_what_Get_Item_adds_to_it()
    {
        using TemporaryFolder folder = new();
        string path = folder.At("a model [2].pth");

        PSObject file = Assert.Single(session.Run($"{Model} | Export-QuantModel $args[0]", path).Output);

        Assert.Equal("FileSystem", ((ProviderInfo)file.Properties["PSProvider"].Value).Name);
        Assert.EndsWith(path, (string)file.Properties["PSPath"].Value);
    }

    [Fact]
    public void Fewer_classes_than_the_network_tells_apart_are_a_warning_that_names_them()
    {
        ModuleSession.Result parent = session.Run($"{Model} | Measure-ModelAccuracy $args[0] -First 2", session.Shapes);
        ModuleSession.Result right = session.Run($"{Model} | Measure-ModelAccuracy $args[0] -First 2", Path.Combine(session.Shapes, "test"));

        Assert.Contains("2 classes (test, train), and 'cifar_resnet20' tells 10 apart", Assert.Single(parent.Warnings));
        Assert.Empty(right.Warnings);
    }

    [Fact]
    public void A_relative_path_is_relative_to_the_current_location()
    {
        using TemporaryFolder folder = new();

        string written = session.RunIn(folder.Path, $"{Model} | Export-QuantModel sub.pth").Single<FileInfo>().FullName;

        Assert.Equal(folder.At("sub.pth"), written);
    }

    [Fact]
    public void A_model_reads_back_as_it_was_written()
    {
        using TemporaryFolder folder = new();
        ModuleSession.Result result = session.RunIn(folder.Path,
            $"""
            $int8 = {Model} | Invoke-StaticQuantization $args[0] -SampleCount 4 -Backend Qnnpack
            $same = $int8 | Export-QuantModel int8.pth -PassThru
            [object]::ReferenceEquals($int8, $same)
            $read = Import-QuantModel int8.pth
            $read.Backend.ToString()
            ($read.Layers -join ';') -ceq ($int8.Layers -join ';')
            """, Path.Combine(session.Shapes, "train"));

        Assert.Empty(result.Errors);
        Assert.Equal([true, "Qnnpack", true], result.Output.Select(item => item.BaseObject));
    }

    [Theory]
    [InlineData("model.torchscript", "", true)]
    [InlineData("model.TS", "", true)]
    [InlineData("model", "-Format torchscript", true)]
    [InlineData("model.pth", "-Format TorchScript", true)]
    [InlineData("model.pt", "", false)]
    [InlineData("model.ts", "-Format StateDict", false)]
    public void The_format_of_a_file_comes_from_its_extension_unless_it_is_named(string file, string format, bool isScript)
    {
        using TemporaryFolder folder = new();

        ModuleSession.Result result = session.RunIn(folder.Path, $"{Model} | Export-QuantModel {file} {format}");

        Assert.Empty(result.Errors);
        Assert.Equal(isScript, new TorchArchive(File.ReadAllBytes(folder.At(file))).Names.Contains("code/__torch__.py"));
    }

    [Theory]
    [InlineData($"{Model} | Export-QuantModel out", "out")]
    [InlineData("New-SampleDataset out", "out")]
    public void WhatIf_writes_nothing(string script, string path)
    {
        using TemporaryFolder folder = new();

        ModuleSession.Result result = session.RunIn(folder.Path, script.Replace("QuantModel out", "QuantModel out.pth") + " -WhatIf");

        Assert.Empty(result.Errors);
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
        Assert.NotEmpty(path);
    }

    [Fact]
    public void Measures_of_several_models_come_out_in_order()
    {
        ModuleSession.Result result = session.Run($"$float = {Model}; $float, ($float | Invoke-DynamicQuantization) | Measure-ModelAccuracy $args[0]", Path.Combine(session.Shapes, "test"));

        AccuracyReport[] reports = [.. result.Output.Select(report => (AccuracyReport)report.BaseObject)];
        Assert.Equal([ModelPrecision.Float32, ModelPrecision.DynamicInt8], reports.Select(report => report.Precision));
        Assert.All(reports, report => Assert.Equal(20, report.Count));
    }

    [Fact]
    public void Images_run_from_paths_and_from_the_pipeline_and_an_unreadable_one_is_an_error_of_its_own()
    {
        using TemporaryFolder folder = new();
        string[] images = [.. Directory.EnumerateFiles(session.Shapes, "*.png", SearchOption.AllDirectories).Order().Take(3)];
        string broken = folder.Write("broken.png", [1, 2, 3]);

        ModuleSession.Result named = session.Run($"{Model} | Invoke-QuantModel -Path $args -Top 2", images[0], broken, images[1], images[2]);
        ModuleSession.Result piped = session.Run($"$args | Invoke-QuantModel -Model ({Model}) -Top 2", images);

        Assert.Equal(images, named.Output.Select(prediction => ((Prediction)prediction.BaseObject).Path));
        Assert.StartsWith("ImageUnreadable,", named.Error.FullyQualifiedErrorId);
        Assert.Equal(images, piped.Output.Select(prediction => ((Prediction)prediction.BaseObject).Path));
        Assert.All(piped.Output.Select(item => (Prediction)item.BaseObject), prediction =>
        {
            Assert.Equal(2, prediction.Top.Length);
            Assert.Equal(prediction.Score, prediction.Scores.Max());
            Assert.Equal(1, prediction.Scores.Sum(), 9);
        });
    }

    [Fact]
    public void A_name_that_matches_nothing_is_a_warning_and_the_model_comes_out()
    {
        ModuleSession.Result result = session.Run($"{Model} | Invoke-DynamicQuantization -ModuleName layer9");

        Assert.Equal(ModelPrecision.Float32, result.Single<QuantModel>().Precision);
        Assert.Contains("linear", Assert.Single(result.Warnings));
    }

    [Fact]
    public void The_data_parameter_takes_a_path_a_folder_and_an_open_data_set()
    {
        string test = Path.Combine(session.Shapes, "test");
        ModuleSession.Result result = session.Run(
            $"""
            $model = {Model}
            foreach ($data in $args[0], [System.IO.DirectoryInfo]::new($args[0]), (Import-ImageDataset $args[0])) {"{"} ($model | Measure-ModelAccuracy -Data $data).Loss {"}"}
            """, test);

        Assert.Empty(result.Errors);
        Assert.Equal(3, result.Output.Count);
        Assert.Single(result.Output.Select(loss => (double)loss.BaseObject).Distinct());
    }

    [Fact]
    public void The_same_seed_gives_the_same_model_and_the_same_choice()
    {
        Assert.True(session.Run($"{Model} -Seed 3 | ForEach-Object ToString | ForEach-Object {{ $_ -ceq ({Model} -Seed 3).ToString() }}").Single<bool>());
        Assert.True(session.Run("((Import-ImageDataset $args[0] -First 12 -Seed 5).Labels -join ' ') -ceq ((Import-ImageDataset $args[0] -First 12 -Seed 5).Labels -join ' ')",
            Path.Combine(session.Shapes, "train")).Single<bool>());
    }
}

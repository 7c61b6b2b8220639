using System.Management.Automation;
using QuantPS.Checkpoints;
using QuantPS.Engine;
using QuantPS.Tests.Host;

namespace QuantPS.Tests.Commands;

/// <summary>What a user can do wrong is one error with a stable identifier, a category, a target and a message that helps.</summary>
[Collection(ModuleCollection.Name)]
public sealed class ErrorTests(ModuleSession session)
{
    private const string Model = "Get-QuantizedPretrained cifar_resnet20 -Float -Untrained";

    [Fact]
    public void An_unknown_name_suggests_the_nearest() => Check(
        "Get-QuantizedPretrained mobilnet_v2", "ModelNameUnknown", "GetQuantizedPretrained", ErrorCategory.ObjectNotFound, "'mobilenet_v2'");

    [Fact]
    public void A_name_that_is_near_to_none_suggests_none_and_lists_all()
    {
        ErrorRecord error = Check("Get-QuantizedPretrained nosuch -Untrained", "ModelNameUnknown", "GetQuantizedPretrained", ErrorCategory.ObjectNotFound, "'nosuch'. There are: mobilenet_v2,");

        Assert.DoesNotContain("Did you mean", error.Exception.Message);
    }

    [Fact]
    public void Weights_that_are_not_on_the_machine_are_named_with_their_url_and_their_place()
    {
        using TemporaryFolder cache = new();
        ErrorRecord error = Check($"Get-QuantizedPretrained mobilenet_v2 -CachePath '{cache.Path}' -Mirror http://127.0.0.1:1/ -NoProxy -MaximumRetryCount 0",
            "WeightsNotAtHand", "GetQuantizedPretrained", ErrorCategory.ObjectNotFound, "http://127.0.0.1:1/models/quantized/mobilenet_v2_qnnpack_37f702c5.pth");

        Assert.Contains(cache.Path, error.Exception.Message);
    }

    [Fact]
    public void Weights_that_nobody_published_are_an_error_that_says_what_there_is() => Check(
        "Get-QuantizedPretrained cifar_resnet20", "WeightsUnknown", "GetQuantizedPretrained", ErrorCategory.ObjectNotFound, "CIFAR10 (float)");

    [Fact]
    public void A_file_that_is_not_the_published_one_is_refused()
    {
        using TemporaryFolder cache = new();
        cache.Write("resnet18-f37072fd.pth", [1, 2, 3]);
        Check($"Get-QuantizedPretrained resnet18 -Float -CachePath '{cache.Path}'", "WeightsDamaged", "GetQuantizedPretrained", ErrorCategory.InvalidData, "f37072fd");
    }

    [Fact]
    public void A_missing_file_is_named() => Check(
        "Import-QuantModel nowhere.pth", "CheckpointNotFound", "ImportQuantModel", ErrorCategory.ObjectNotFound, "nowhere.pth");

    [Fact]
    public void A_file_that_is_no_checkpoint_is_named()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("notes.pth", "These are notes."u8.ToArray());
        Check($"Import-QuantModel '{path}'", "CheckpointUnreadable", "ImportQuantModel", ErrorCategory.InvalidData, "notes.pth");
    }

    [Fact]
    public void A_state_dict_of_another_network_lists_the_missing_and_the_unexpected_keys()
    {
        using TemporaryFolder folder = new();
        session.RunIn(folder.Path, $"{Model} | Export-QuantModel a.pth");
        ErrorRecord error = Check($"Import-QuantModel '{folder.At("a.pth")}' -Architecture resnet18", "StateDictMismatch", "ImportQuantModel", ErrorCategory.InvalidData, "layer4");

        Assert.Contains(folder.At("a.pth"), error.Exception.Message);
        Assert.Matches("Unexpected keys.*layer1.2.conv1.weight", error.Exception.Message);
    }

    [Fact]
    public void A_file_that_fits_no_network_asks_for_the_network()
    {
        using TemporaryFolder folder = new();
        var state = new StateDict { { "weight", Tensor.From<float>([1, 2]) } };
        StateDictWriter.Write(state, folder.At("two.pth"));
        Check($"Import-QuantModel '{folder.At("two.pth")}'", "ArchitectureUnknown", "ImportQuantModel", ErrorCategory.ObjectNotFound, "-Architecture");
    }

    [Fact]
    public void Nothing_that_matches_wildcards_is_an_error() => Check(
        $"Import-QuantModel '{session.Shapes}/*.pth'", "PathNotFound", "ImportQuantModel", ErrorCategory.ObjectNotFound, "-LiteralPath");

    [Fact]
    public void A_path_outside_of_the_file_system_is_an_error() => Check(
        "Import-QuantModel Variable:/PSHOME", "PathNotInFileSystem", "ImportQuantModel", ErrorCategory.InvalidArgument, "Variable");

    [Fact]
    public void A_folder_without_class_folders_says_what_is_expected()
    {
        using TemporaryFolder folder = new();
        Check($"{Model} | Measure-ModelAccuracy -Data '{folder.Path}'", "ImageFolderWithoutClasses", "MeasureModelAccuracy", ErrorCategory.InvalidData, "a folder of their own");
    }

    [Fact]
    public void A_missing_data_set_is_named() => Check(
        $"{Model} | Invoke-StaticQuantization ./nowhere", "DataNotFound", "InvokeStaticQuantization", ErrorCategory.ObjectNotFound, "nowhere");

    [Fact]
    public void Calibration_without_a_readable_image_is_an_error()
    {
        using TemporaryFolder folder = new();
        folder.Write("class/broken.png", [1, 2, 3]);

        ModuleSession.Result result = session.Run($"{Model} | Invoke-StaticQuantization '{folder.Path}'");

        Assert.Empty(result.Output);
        Assert.Equal(
            ["ImageUnreadable,QuantPS.Commands.InvokeStaticQuantizationCommand", "NoCalibrationData,QuantPS.Commands.InvokeStaticQuantizationCommand"],
            result.ErrorIds);
    }

    [Theory]
    [InlineData("Invoke-DynamicQuantization")]
    [InlineData("Invoke-StaticQuantization -CalibrationData $args[0]")]
    public void A_model_that_is_quantized_is_not_quantized_again(string command)
    {
        ErrorRecord error = session.Run($"{Model} | Invoke-DynamicQuantization | {command}", Path.Combine(session.Shapes, "train")).Error;

        Assert.StartsWith("ModelAlreadyQuantized,", error.FullyQualifiedErrorId);
        Assert.Contains("float model", error.Exception.Message);
    }

    [Fact]
    public void Numbers_that_do_not_make_an_input_are_an_error_with_both_shapes() => Check(
        $"{Model} | Invoke-QuantModel -InputTensor 1, 2, 3", "InputShapeMismatch", "InvokeQuantModel", ErrorCategory.InvalidArgument, "3x32x32");

    [Fact]
    public void A_shape_that_the_network_does_not_take_is_an_error() => Check(
        $"{Model} | Measure-ModelLatency -InputShape 1, 28, 28", "InputShapeMismatch", "MeasureModelLatency", ErrorCategory.InvalidArgument, "1x28x28");

    [Fact]
    public void A_module_that_is_not_there_is_an_error() => Check(
        $"{Model} | Invoke-StaticQuantization '{Path.Combine(session.Shapes, "train")}' -SampleCount 1 -SkipModule nothing",
        "ModuleNotFound", "InvokeStaticQuantization", ErrorCategory.ObjectNotFound, "layer1");

    [Fact]
    public void A_file_is_replaced_with_Force_alone()
    {
        using TemporaryFolder folder = new();
        string path = folder.Write("model.pth", [1]);
        Check($"{Model} | Export-QuantModel '{path}'", "PathInUse", "ExportQuantModel", ErrorCategory.ResourceExists, "-Force");

        Assert.Empty(session.Run($"{Model} | Export-QuantModel '{path}' -Force").Errors);
        Assert.True(new FileInfo(path).Length > 1_000_000);
    }

    [Fact]
    public void A_file_in_a_folder_that_is_not_there_is_an_error_that_names_the_folder()
    {
        using TemporaryFolder folder = new();
        Check($"{Model} | Export-QuantModel '{Path.Combine(folder.Path, "absent", "model.pth")}'", "CheckpointNotWritten", "ExportQuantModel", ErrorCategory.WriteError,
            $"no folder '{Path.Combine(folder.Path, "absent")}'");
    }

    [Theory]
    [InlineData("Export-QuantReport", "ExportQuantReport", "report.md")]
    [InlineData("Export-QuantModelBaseline -MaxSizeMB 2", "ExportQuantModelBaseline", "baseline.json")]
    public void A_report_in_a_folder_that_is_not_there_is_an_error_that_names_the_folder(string command, string cmdlet, string file)
    {
        using TemporaryFolder folder = new();
        string absent = folder.At("absent");
        Check($"{Model} | {command} -Path '{Path.Combine(absent, file)}'", "CheckpointNotWritten", cmdlet, ErrorCategory.WriteError, $"no folder '{absent}'");
    }

    [Fact]
    public void A_page_on_a_training_is_written_to_no_file_that_names_another_format() => Check(
        $"{Model} | Export-TrainingReport training.pdf", "ReportFormatUnknown", "ExportTrainingReport", ErrorCategory.InvalidArgument, ".html");

    [Fact]
    public void Layers_of_one_name_and_different_shapes_are_not_compared() => Check(
        $"{Model} | Compare-QuantModel (Get-QuantizedPretrained sample_net -Float) -Data '{session.Shapes}/test' -Part Layers",
        "ModelsNotAlike", "CompareQuantModel", ErrorCategory.InvalidArgument, "is 1x");

    [Fact]
    public void Layers_that_are_asked_for_without_images_are_a_warning()
    {
        ModuleSession.Result result = session.Run("$model = Get-QuantizedPretrained sample_net -Float; $model | Compare-QuantModel $model -Part Layers");

        Assert.Empty(result.Errors);
        Assert.Contains("-Data", Assert.Single(result.Warnings));
    }

    [Fact]
    public void A_folder_in_the_place_of_a_model_is_said_to_be_one() => Check(
        $"Import-QuantModel '{session.Shapes}'", "CheckpointUnreadable", "ImportQuantModel", ErrorCategory.InvalidData, "is a folder");

    [Fact]
    public void A_folder_in_the_place_of_an_image_is_said_to_be_one() => Check(
        $"{Model} | Invoke-QuantModel '{session.Shapes}'", "ImageUnreadable", "InvokeQuantModel", ErrorCategory.InvalidData, "is a folder");

    [Fact]
    public void A_folder_that_is_there_is_not_drawn_into() => Check(
        $"New-SampleDataset '{session.Shapes}'", "PathInUse", "NewSampleDataset", ErrorCategory.ResourceExists, "is there already");

    [Fact]
    public void A_folder_that_cannot_be_made_is_named()
    {
        using TemporaryFolder folder = new();
        string file = folder.Write("file", [1]);
        Check($"New-SampleDataset '{file}/shapes' -Train 10 -Test 10", "DataUnwritable", "NewSampleDataset", ErrorCategory.WriteError, "shapes");
    }

    [Fact]
    public void A_file_that_cannot_be_written_is_named() => Check(
        $"{Model} | Export-QuantModel '{session.Shapes}/nowhere/model.pth'", "CheckpointNotWritten", "ExportQuantModel", ErrorCategory.WriteError, "model.pth");

    [Fact]
    public void An_extension_without_a_format_is_an_error() => Check(
        $"{Model} | Export-QuantModel model.xyz", "ExportFormatUnknown", "ExportQuantModel", ErrorCategory.InvalidArgument, ".pth");

    [Theory]
    [InlineData("")]
    [InlineData("-Format TorchScript")]
    public void The_format_of_the_lite_interpreter_is_an_error_that_says_what_to_use(string format) => Check(
        $"{Model} | Export-QuantModel model.ptl {format}", "ExportFormatUnknown", "ExportQuantModel", ErrorCategory.InvalidArgument, "ExecuTorch");

    [Fact]
    public void A_TorchScript_archive_is_not_read_and_the_error_says_what_is()
    {
        using TemporaryFolder folder = new();
        session.RunIn(folder.Path, $"{Model} | Export-QuantModel a.torchscript");
        Check($"Import-QuantModel '{folder.At("a.torchscript")}'", "CheckpointUnsupported", "ImportQuantModel", ErrorCategory.InvalidData, "Export-QuantModel writes one as .pth");
    }

    [Fact]
    public void Weights_of_the_other_precision_are_an_error_that_says_what_to_add()
    {
        using TemporaryFolder folder = new();
        session.RunIn(folder.Path, $"{Model} | Export-QuantModel a.pth");
        Check($"Get-QuantizedPretrained cifar_resnet20 -WeightsPath '{folder.At("a.pth")}'",
            "WeightsOfOtherPrecision", "GetQuantizedPretrained", ErrorCategory.InvalidArgument, "Add -Float");
    }

    [Fact]
    public void Without_libtorch_training_is_an_error_and_everything_else_works()
    {
        using TemporaryFolder folder = new();
        foreach (string file in Directory.EnumerateFiles(Path.Combine(Repository.Module, "bridges", "Media")))
            File.Copy(file, folder.At("bridges", "Media", Path.GetFileName(file)));
        foreach (string name in new[] { "QuantPS.Torch.dll", "TorchSharp.dll" })
            File.Copy(Path.Combine(Repository.Module, "bridges", "Torch", name), folder.At("bridges", "Torch", name));

        HostProcess.Result result = HostProcess.RunScript(
            """
            param($Bridges, $Shapes)
            [QuantPS.Bridges.Bridge]::Root = $Bridges
            $model = Get-QuantizedPretrained cifar_resnet20 -Float -Untrained
            try { $model | Start-QatTraining $Shapes -ErrorAction Stop } catch { $_.FullyQualifiedErrorId; $_.Exception.Message }
            ($model | Invoke-StaticQuantization $Shapes -SampleCount 4).Precision.ToString()
            """, "-Bridges", folder.At("bridges"), "-Shapes", Path.Combine(session.Shapes, "train"));

        string[] lines = result.Output.Split(Environment.NewLine);
        Assert.Equal("TorchUnavailable,QuantPS.Commands.StartQatTrainingCommand", lines[0]);
        Assert.Contains("everything else works without it", lines[1]);
        Assert.Equal(("Int8", ""), (lines[2], result.Error));
    }

    private ErrorRecord Check(string script, string id, string command, ErrorCategory category, string message)
    {
        ErrorRecord error = session.Run(script).Error;
        Assert.Equal($"{id},QuantPS.Commands.{command}Command", error.FullyQualifiedErrorId);
        Assert.Equal(category, error.CategoryInfo.Category);
        Assert.Contains(message, error.Exception.Message);
        Assert.NotNull(error.TargetObject);
        return error;
    }
}

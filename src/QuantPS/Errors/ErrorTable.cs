using System.Collections.Immutable;
using System.Management.Automation;
using static System.Management.Automation.ErrorCategory;

namespace QuantPS.Commands;

/// <summary>All errors that the module can give. about_QuantPS_Errors is written from it.</summary>
public static class ErrorTable
{
    /// <summary>The identifier of what the system says of a file.</summary>
    internal const string FileUnusable = "FileUnusable";

    /// <summary>The identifier of an error that no user can cause: a fault of the module.</summary>
    internal const string Unexpected = "UnexpectedError";

    /// <summary>The errors, by what they concern.</summary>
    public static ImmutableArray<ErrorEntry> All { get; } =
    [
        .. Section("Files and paths",
        [
            ("PathNotFound", ObjectNotFound, "Nothing is at a path, or matches its wildcards.",
                "Check the path. With -LiteralPath brackets and other wildcards are taken as they are."),
            ("PathNotInFileSystem", InvalidArgument, "A path leads to something that is no file, such as a variable or the registry.", "Give a path of the file system."),
            ("PathInUse", ResourceExists, "A file or a folder that would be written is there already.", "Name another one, or add -Force where the command has it."),
            (FileUnusable, ResourceUnavailable, "The system refuses a file: it is locked, or you may not read or write it.", "Close the program that uses it, or mend its permissions."),
            ("CheckpointNotFound", ObjectNotFound, "There is no file of a model at the path.", "Check the path."),
            ("CheckpointUnreadable", InvalidData, "A file is none that PyTorch or safetensors wrote, or is damaged.", "Give a file that torch.save wrote, or get it anew."),
            ("CheckpointTruncated", InvalidData, "A file of a model ends too early.", "Copy or download it again."),
            ("CheckpointUnsafe", InvalidData, "A file asks for Python code that tensors do not need. None of it was run.", "Do not trust the file. Save the state dict alone: torch.save(model.state_dict(), path)."),
            ("CheckpointTooLarge", InvalidData, "A file asks for more memory than its length can justify.", "Do not trust the file, or get it anew."),
            ("CheckpointUnsupported", InvalidData, "A file holds something that is not read here, such as a whole module or a TorchScript archive.", "Save the state dict of the model, and import that."),
            ("CheckpointNotWritten", WriteError, "A model, a report or a picture cannot be written to the path.", "Make the folder, make room, or name another path."),
            ("ExportFormatUnknown", InvalidArgument, "The extension of a file names no format.", "Use .pth, .pt, .torchscript or .safetensors, or name the format with -Format."),
            ("ExportFormatUnsuitable", InvalidOperation, "The format has no place for quantized weights.", "Write a quantized model as a state dict (.pth)."),
            ("ModelConfigUnreadable", InvalidData, "The config.json beside a model is missing a value, or is of another kind of model.", "Put the config.json there that the model was published with."),
            ("TorchScriptUnsupported", InvalidOperation, "The model has a layer that TorchScript archives cannot hold.", "Write it as a state dict (-Format StateDict)."),
        ]),
        .. Section("Models",
        [
            ("ModelNameUnknown", ObjectNotFound, "There is no network of this name.", "The message names the nearest and lists all; tab completes the names."),
            ("ArchitectureUnknown", ObjectNotFound, "The tensors of a file fit no network that is known here, or several.", "Name the network with -Architecture, and see what does not fit."),
            ("AuxiliaryHeadUnknown", InvalidArgument, "The network has no auxiliary head.", "Leave out -AuxiliaryHead; inception_v3 and googlenet have one."),
            ("StateDictNotFound", ObjectNotFound, "A file has no tensors by their names.", "Give a file with a state dict, such as torch.save(model.state_dict(), path) writes."),
            ("StateDictMismatch", InvalidData, "The names or shapes of a file's tensors are not those of the network.", "Compare the missing and the unexpected keys in the message, and name the right -Architecture."),
            ("StateDictUnsupported", InvalidArgument, "The model has dynamic recurrent modules, for which PyTorch has no portable state dict.", "Write a TorchScript archive (-Format TorchScript), or write the float model and quantize it after loading."),
            ("ModelAlreadyQuantized", InvalidOperation, "A model that is quantized is to be quantized or trained again.", "Start from the float model."),
            ("NothingToQuantize", InvalidOperation, "Every layer that could be quantized is skipped.", "Name fewer modules with -SkipModule."),
            ("ModuleNotFound", ObjectNotFound, "No layer matches the name of a module.", "Use a name of (model).Layers; tab completes them."),
            ("ModelNotClassifier", InvalidOperation, "The model does not give one score for each class.", "Give a model that classifies."),
            ("ModelNotTrainable", InvalidOperation, "The network has int8 layers, several inputs, or no scores for classes.", "Train the float model of a classifier of images."),
            ("InputShapeMismatch", InvalidArgument, "The model does not take an input of this shape.", "Give the shape or the number of values that the message asks for."),
            ("InstructionSetNotAvailable", NotInstalled, "The processor does not have the instruction set.", "Choose one of those that Get-QuantPSEnvironment lists."),
            ("EngineNotSuitable", InvalidOperation, "libtorch cannot be compared with for this model: it takes tokens.", "Leave out -Engine."),
        ]),
        .. Section("Text",
        [
            ("ModelNotForText", InvalidOperation, "The model takes no text, or is no language model.", "Give a model that takes tokens, such as Import-QuantModel -Architecture bert or word_language_model makes."),
            ("ModelNotForImages", InvalidOperation, "The model takes no images.", "Quantize it with Invoke-DynamicQuantization, and run it with Invoke-QuantModel -Text."),
            ("TextPairMismatch", InvalidArgument, "There are not as many second texts as first ones.", "Give a second text for each."),
            ("VocabularyMissing", ObjectNotFound, "The tokens that the model knows are not given.", "Put its vocab.txt beside it, or name the file with -VocabularyPath."),
            ("VocabularyUnreadable", InvalidData, "A vocabulary cannot be read, or is that of another model.", "Give the vocabulary that the model was trained with."),
            ("VocabularyMismatch", InvalidData, "The vocabulary has another number of tokens than the model knows.", "Name the texts that the model was trained with, or its list of tokens, with -VocabularyPath."),
            ("TokenUnknown", InvalidData, "A token is not in the vocabulary, which has none to stand for it.", "Give the vocabulary that the model was trained with."),
            ("TextTooShort", InvalidData, "A text has too few tokens to measure on.", "Give a longer one, or a smaller -BatchSize."),
        ]),
        .. Section("Published weights",
        [
            ("WeightsUnknown", ObjectNotFound, "Nobody published such weights of the network.", "Choose among Get-QuantizedPretrained -ListAvailable, or take random weights with -Untrained."),
            ("WeightsNotAtHand", ObjectNotFound, "The weights are not on this machine, and cannot be downloaded.", "Download the file in another way and name it with -WeightsPath, or use -Proxy or -Mirror."),
            ("WeightsDamaged", InvalidData, "The hash or the length of a file is not that of the published one.", "Delete it and download it again (-Force). -SkipHashCheck takes it as it is."),
            ("CacheUnwritable", WriteError, "The folder for downloads cannot be written to.", "Make room or make it writable, or name another with -CachePath or QUANTPS_CACHE."),
            ("MirrorUnusable", InvalidArgument, "A mirror's address is neither https nor http of this machine.", "Mend -Mirror or the environment variable QUANTPS_MIRROR."),
            ("WeightsOfOtherPrecision", InvalidArgument, "A file holds float weights where int8 ones are asked for, or the other way round.", "Add or leave out -Float."),
        ]),
        .. Section("Images",
        [
            ("DataNotFound", ObjectNotFound, "There is no data set or text at the path.", "Check the path."),
            ("DataUnreadable", InvalidData, "A data set or a text cannot be read.", "Give a folder with a folder of images for each class, a CIFAR-10 or MNIST file, or get the file anew."),
            ("DataUnwritable", WriteError, "A data set cannot be written to the path.", "Make room, or name another folder."),
            ("DatasetMismatch", InvalidArgument, "The labels of the data are not classes of the model.", "Give data with the classes that the model knows."),
            ("ImageFolderWithoutClasses", InvalidData, "A folder of images has no folders in it.", "Put the images of each class into a folder of their own, named for the class."),
            ("ImageClassEmpty", InvalidData, "The folder of a class has no images in it.", "Add some, or remove the folder."),
            ("ImageUnreadable", InvalidData, "An image cannot be decoded. The others go on.", "Replace or remove it."),
            ("NoReadableImages", InvalidData, "No image of the data could be read, or too few to train with.", "Give images that can be read; an error of its own names each that cannot."),
            ("ImageShapeMismatch", InvalidData, "An image does not have the size that the network takes.", "Let Import-ImageDataset resize and crop (-Resize, -Crop)."),
            ("PreprocessingMismatch", InvalidArgument, "Mean, standard deviation or size do not fit the network's channels or shape.", "Give one number for each channel, and the size that the message asks for."),
        ]),
        .. Section("Calibration and training",
        [
            ("NoCalibrationData", InvalidData, "There is no image to calibrate with.", "Give at least one that can be read."),
            ("ObserverWithoutData", InvalidArgument, "An observer saw no data, so that its scale is not known.", "Give data that reaches it, skip the module, or freeze observers later."),
            ("CalibrationNotFinite", InvalidData, "A layer gave values that are not finite in the calibration.", "Check the weights and the calibration images."),
            ("LossNotFinite", InvalidData, "The loss of a training is not finite; the message names the first layer at fault.", "Lower -LearningRate, or add -GradientClip."),
            ("NothingToTrain", InvalidArgument, "Every parameter is frozen.", "Name fewer modules with -FreezeModule."),
            ("TrainingOptionsContradict", InvalidArgument, "Options of a training cannot be had together.", "Change or leave out what the message names."),
            ("CheckpointExists", ResourceExists, "The checkpoint of a training is there already.", "Go on from it (-Resume), overwrite it (-Force), or name another file."),
            ("CheckpointMismatch", InvalidData, "A checkpoint is not of the same training.", "Resume with the model, the data and the options that it began with, or begin anew with -Force."),
            ("ClassifierNotFound", InvalidArgument, "The network does not end in a linear layer that could be replaced or trained alone.", "Leave out -ClassCount and -HeadOnly."),
            ("FloatModelMismatch", InvalidArgument, "The float model is of another network.", "Give the float model that the quantized one came from."),
            ("CudaUnavailable", NotInstalled, "There is no CUDA on this machine.", "Train on Cpu, or install a driver and the libraries of TorchSharp's CUDA package."),
            ("TrainingRecordNotFound", InvalidArgument, "The history of a model has no training.", "Give the model that Start-QatTraining emitted; files do not keep the record."),
        ]),
        .. Section("Quality gates",
        [
            ("AccuracyDropTooLarge", LimitsExceeded, "The model loses more accuracy than -MaxAccuracyDrop allows.", "See Compare-QuantModel for the worst layers; keep these in float (-SkipModule), or train (Start-QatTraining)."),
            ("AccuracyTooLow", LimitsExceeded, "The model is less accurate than -MinAccuracy asks for.", "See AccuracyDropTooLarge."),
            ("PerplexityRatioTooHigh", LimitsExceeded, "A language model foretells a text worse than -MaxPerplexityRatio allows.", "Keep its output layer or its embeddings in float (-ModuleType, -ModuleName)."),
            ("PerplexityTooHigh", LimitsExceeded, "The perplexity of a language model is higher than -MaxPerplexity allows.", "See PerplexityRatioTooHigh."),
            ("ModelTooLarge", LimitsExceeded, "The model's file is larger than -MaxSizeMB allows.", "Quantize more of it, or take a smaller network."),
            ("RatioTooLow", LimitsExceeded, "The model's file is not as much smaller as -MinRatio asks for.", "Skip fewer modules; Measure-ModelSize -Detailed shows where the bytes are."),
            ("LatencyRatioTooHigh", LimitsExceeded, "The model takes more of the reference's time than -MaxLatencyRatio allows.", "See FloatSteps of Measure-ModelLatency for what does not run in int8."),
            ("LayerSqnrTooLow", LimitsExceeded, "A layer is noisier than -MinLayerSqnr allows.", "Keep it in float (-SkipModule), or use another observer."),
            ("NoGateGiven", InvalidArgument, "There is no limit to hold the model to.", "Give a limit, or a -Baseline with limits."),
            ("ArtifactNameInvalid", InvalidArgument, "An artifact has a name that is not of letters, digits, hyphens and underscores.", "Rename it."),
            ("VariableNameInvalid", InvalidArgument, "A variable for a pipeline has a name that is not of letters and digits.", "Rename it."),
            ("ArtifactPathUnsuitable", InvalidArgument, "The name of a file for GitHub Actions has a line break, and would be taken for two.", "Rename the file."),
            ("GateUnknown", InvalidArgument, "There is no gate of this name.", "Use the names of the parameters, such as MaxAccuracyDrop."),
            ("GateLimitInvalid", InvalidArgument, "A limit is not a finite number.", "Give a number."),
            ("GateNotMeasured", InvalidArgument, "What a limit compares was not measured.", "Give what the message asks for: -Data, -Reference or -Baseline."),
            ("BaselineNotFound", ObjectNotFound, "There is no baseline at the path.", "Write one with Export-QuantModelBaseline."),
            ("BaselineUnreadable", InvalidData, "A file is no baseline.", "Write it anew with Export-QuantModelBaseline."),
            ("BaselineMismatch", InvalidData, "The accuracy in the baseline was measured on other images.", "Measure on the same images, or write the baseline anew."),
            ("ModelsNotAlike", InvalidArgument, "The layers of two models cannot be compared: they are of different networks.", "Compare a model with the float model that it came from."),
            ("NothingToReport", InvalidArgument, "A report got nothing to show.", "Pipe in models, comparisons, or the results of gates."),
            ("ReportInputUnknown", InvalidArgument, "A report has no place for an object of this type.", "Pipe in models, comparisons, or the results of gates."),
            ("ReportFormatUnknown", InvalidArgument, "The extension of a report or a picture names no format.", "Use one that the message names, or name the format with -Format."),
        ]),
        .. Section("Parts of the module",
        [
            ("BridgeNotFound", NotInstalled, "A folder of the module is missing.", "Install or build the whole module, or copy its folder 'bridges' complete."),
            ("BridgeUnavailable", NotInstalled, "A library of the module does not load on this machine.", "The rest works without it. Install or build the module for this platform."),
            ("TorchUnavailable", NotInstalled, "The training backend, TorchSharp with libtorch, is not installed or does not load.", "Install it with Install-QuantPSBackend. Everything but training works without it; Get-QuantPSEnvironment says why it is not there."),
            ("BackendUnsupported", NotInstalled, "There is no libtorch for this platform.", "Train on Linux or Windows on x64, or on macOS on Arm."),
            ("BackendNotAtHand", ObjectNotFound, "A package of the training backend cannot be had.", "Use -Proxy or -Mirror, or download the packages in another way and name their folder with -PackageSource."),
            ("BackendDamaged", InvalidData, "A package is not the one that nuget.org publishes.", "Get it anew from the address in the message."),
            ("BackendUnsafe", SecurityError, "A package has entries that lead out of its folder, or more than it should.", "Do not use it; get it from nuget.org."),
            ("BackendUnwritable", WriteError, "The folder of the training backend cannot be changed.", "Close sessions that trained, make room or make it writable, or name another with -Path or QUANTPS_BACKEND."),
            ("BackendNotInstalled", ObjectNotFound, "There is no installed training backend to remove.", "Name the folder that it was installed into with -Path or QUANTPS_BACKEND."),
            (Unexpected, NotSpecified, "A fault of the module itself.", "Report it, with what Get-Error shows."),
        ]),
    ];

    private static IEnumerable<ErrorEntry> Section(string title, (string Id, ErrorCategory Category, string Meaning, string Remedy)[] errors) =>
        errors.Select(error => new ErrorEntry(title, error.Id, error.Category, error.Meaning, error.Remedy));
}

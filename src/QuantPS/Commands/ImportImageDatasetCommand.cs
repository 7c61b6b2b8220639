using System.Management.Automation;
using QuantPS.Data;

namespace QuantPS.Commands;

/// <summary>Opens labelled images to calibrate, train or measure with.</summary>
/// <remarks>
/// <para>
/// Takes a folder that has a folder of images (JPEG, PNG) for each class, a CIFAR-10 file or folder in the binary format, or an MNIST file
/// or folder in the IDX format. Images are decoded when they are used, not before.
/// </para>
/// <para>
/// The cmdlets that take data take a path too; this one serves to look at the data, to take a part of it, and to prepare images in
/// another way than the model asks for.
/// </para>
/// </remarks>
/// <example>
/// <para>Open images in folders, one for each class.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 50 -Test 10
/// $data = Import-ImageDataset ./shapes/train
/// $data.Classes
/// </code>
/// </example>
/// <example>
/// <para>Take twenty images, spread evenly over the classes.</para>
/// <code>
/// New-SampleDataset ./shapes -Train 50 -Test 10
/// $some = Import-ImageDataset ./shapes/train -First 20 -Seed 1
/// $some.Count
/// </code>
/// </example>
/// <returns>The data set: its classes, its labels, the number of its images.</returns>
/// <seealso cref="MeasureModelAccuracyCommand"/>
[Cmdlet(VerbsData.Import, "ImageDataset", DefaultParameterSetName = PathSet)]
[OutputType(typeof(ImageDataset))]
public sealed class ImportImageDatasetCommand : PathCmdlet
{
    /// <summary>Resizes the shorter side of each image to so many pixels, whatever the model asks for.</summary>
    [Parameter]
    [ValidateRange(1, 16384)]
    public int? Resize { get; set; }

    /// <summary>Cuts a square of so many pixels from the centre of each image, whatever the model asks for.</summary>
    [Parameter]
    [ValidateRange(1, 16384)]
    public int? Crop { get; set; }

    /// <summary>The mean of each channel to subtract, for values from 0 to 1; that of ImageNet when only other settings are given.</summary>
    [Parameter]
    [ValidateCount(1, 4)]
    public float[]? Mean { get; set; }

    /// <summary>The standard deviation of each channel to divide by; that of ImageNet when only other settings are given.</summary>
    [Parameter]
    [ValidateCount(1, 4)]
    public float[]? Std { get; set; }

    /// <summary>Takes no more than so many images, chosen at random and spread evenly over the classes.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    public int? First { get; set; }

    /// <summary>The seed of the choice; without -First, of the order of all images.</summary>
    [Parameter]
    public ulong? Seed { get; set; }

    /// <inheritdoc/>
    protected override void Process(string path)
    {
        ImageDataset data = ImageDataset.Open(path);
        data = (First, Seed) switch
        {
            (int count, _) => data.Sample(count, Seed ?? 0),
            (null, ulong seed) => data.Shuffle(seed),
            _ => data,
        };
        WriteObject(data with { Preprocessing = ToPreprocessing() });
    }

    private Preprocessing? ToPreprocessing() =>
        (Resize, Crop, Mean, Std) is (null, null, null, null) ? null
        : new(Resize, Crop, Mean is null ? Preprocessing.ImageNet.Mean : [.. Mean], Std is null ? Preprocessing.ImageNet.Std : [.. Std]);
}

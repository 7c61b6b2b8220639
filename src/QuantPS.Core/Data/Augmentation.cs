namespace QuantPS.Data;

/// <summary>How training images are varied anew in every epoch, as torchvision's <c>RandomCrop</c>, <c>RandomHorizontalFlip</c> and <c>ColorJitter</c>.</summary>
/// <param name="Padding">The crop moves by up to so many pixels each way; what lies outside the image is black.</param>
/// <param name="Flip">Whether every second image, by chance, is mirrored left to right.</param>
/// <param name="Seed">The same seed varies the same image in the same epoch in the same way.</param>
public sealed record Augmentation(int Padding, bool Flip, ulong Seed)
{
    /// <summary>What CIFAR networks are commonly trained with: 4 pixels of padding, and flips.</summary>
    public static Augmentation Cifar { get; } = new(4, true, 0);

    /// <summary>By how much brightness, contrast and saturation vary: each is multiplied by a number from 1 - this to 1 + this.</summary>
    public double ColorJitter { get; init; }

    /// <summary>How one image is varied in one epoch.</summary>
    /// <param name="epoch">The epoch's number.</param>
    /// <param name="image">The image's number in its data set, before any choice or shuffling.</param>
    internal Variation Draw(int epoch, int image)
    {
        var random = new SeededRandom(Seed, (ulong)epoch, (ulong)image);
        var variation = new Variation(random.NextInt32(2 * Padding + 1) - Padding, random.NextInt32(2 * Padding + 1) - Padding, Flip && random.NextInt32(2) == 1);
        return ColorJitter == 0 ? variation : variation with { Color = new(Factor(random), Factor(random), Factor(random)) };
    }

    private float Factor(SeededRandom random) => (float)random.NextDouble(Math.Max(1 - ColorJitter, 0), 1 + ColorJitter);
}

namespace QuantPS.Data.Samples;

/// <summary>A colour; each part from 0 to 1.</summary>
internal readonly record struct Color(double Red, double Green, double Blue)
{
    public double Brightness => (Red + Green + Blue) / 3;

    public static Color Draw(SeededRandom random) => new(random.NextDouble(), random.NextDouble(), random.NextDouble());

    /// <summary>A colour that is at least so bright.</summary>
    /// <param name="brightness">Well below 1, or the search takes long.</param>
    /// <param name="random">Decides which.</param>
    public static Color DrawBrighter(double brightness, SeededRandom random)
    {
        Color color;
        do color = Draw(random);
        while (color.Brightness < brightness);
        return color;
    }

    /// <summary>This colour with a share, from 0 to 1, of another.</summary>
    public Color Mix(Color other, double share) =>
        new(Red + share * (other.Red - Red), Green + share * (other.Green - Green), Blue + share * (other.Blue - Blue));
}

namespace QuantPS.Data.Samples;

/// <summary>
/// Paints one image of the sample data set: a shape of any size, place and colour, turned a little, on a plain, graded or striped
/// ground, among bits of other shapes, under noise. The shape is brighter than the ground: where any colour goes on any other, a
/// network needs a long time to learn the first thing.
/// </summary>
internal static class Painter
{
    public const int Side = 32;

    /// <summary>
    /// How hard the images are: the noise, the turns and the smallest shapes and contrasts follow it. At 1 a network of 175,000
    /// parameters that has seen 6,000 images for 8 epochs names about 93 % of new ones.
    /// </summary>
    private const double Difficulty = 1;

    private const double MostNoise = 0.18 * Difficulty, LeastContrast = 0.17 / Difficulty, LeastRadius = 5.5 / Difficulty, MostRadius = 12;

    /// <summary>The tangent of the widest turn to either side.</summary>
    private const double MostTurn = 0.65 * Difficulty;

    /// <summary>Paints an image.</summary>
    /// <param name="label">The shape: an index into <see cref="Shapes.All"/>.</param>
    /// <param name="random">Decides everything else.</param>
    public static RgbImage Paint(int label, SeededRandom random)
    {
        Ground ground = Ground.Draw(random);
        var layers = new Layer[1 + random.NextInt32(4)];
        for (int i = 0; i < layers.Length - 1; i++)
            layers[i] = PlaceShape(random.NextInt32(Shapes.All.Count), Color.Draw(random), random.NextDouble(1.5, 3), Side, random);
        Color bright = Color.DrawBrighter(ground.Brightness + LeastContrast, random);
        layers[^1] = PlaceShape(label, bright, random.NextDouble(LeastRadius, MostRadius), Side - 14, random);
        double noise = random.NextDouble(0, MostNoise);

        var pixels = new byte[3 * Side * Side];
        for (int y = 0, to = 0; y < Side; y++)
            for (int x = 0; x < Side; x++)
            {
                Color color = ground.At(x, y);
                foreach (Layer layer in layers) color = color.Mix(layer.Color, layer.CoverageAt(x, y));
                pixels[to++] = Level(color.Red + noise * random.NextGaussian());
                pixels[to++] = Level(color.Green + noise * random.NextGaussian());
                pixels[to++] = Level(color.Blue + noise * random.NextGaussian());
            }
        return new RgbImage(Side, Side, pixels);
    }

    private static Layer PlaceShape(int shape, Color color, double radius, double spread, SeededRandom random)
    {
        double tangent = random.NextDouble(-MostTurn, MostTurn);
        double cos = 1 / Math.Sqrt(1 + tangent * tangent);
        double Place() => Side / 2.0 + spread * (random.NextDouble() - 0.5);
        return new Layer(Shapes.All[shape].Distance, color, Place(), Place(), radius, cos, cos * tangent);
    }

    private static byte Level(double value) => (byte)Math.Clamp(value * 255 + 0.5, 0, 255);
}

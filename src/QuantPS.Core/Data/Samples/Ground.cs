namespace QuantPS.Data.Samples;

/// <summary>What lies behind the shapes, in darker colours: plain, graded from one colour to another, or striped with both.</summary>
internal readonly record struct Ground
{
    private const double Dimmed = 0.6;

    private readonly Color _first, _second;
    private readonly double _stepX, _stepY;
    private readonly bool _striped;

    private Ground(Color first, Color second, double stepX, double stepY, bool striped) =>
        (_first, _second, _stepX, _stepY, _striped) = (first, second, stepX, stepY, striped);

    /// <summary>The brightness of its brighter colour.</summary>
    public double Brightness => Math.Max(_first.Brightness, _second.Brightness);

    public static Ground Draw(SeededRandom random)
    {
        Color first = default(Color).Mix(Color.Draw(random), Dimmed), second = default(Color).Mix(Color.Draw(random), Dimmed);
        (double x, double y) = DrawDirection(random);
        double width = random.NextDouble(3, 10);
        return random.NextInt32(3) switch
        {
            0 => new Ground(first, first, 0, 0, striped: false),
            1 => new Ground(first, second, x / (2 * Painter.Side), y / (2 * Painter.Side), striped: false),
            _ => new Ground(first, second, x / width, y / width, striped: true),
        };
    }

    public Color At(int x, int y)
    {
        const double Center = Painter.Side / 2.0;
        double along = 0.5 + (x + 0.5 - Center) * _stepX + (y + 0.5 - Center) * _stepY;
        return _first.Mix(_second, _striped ? (Math.Abs(along % 2) < 1 ? 0 : 1) : Math.Clamp(along, 0, 1));
    }

    private static (double X, double Y) DrawDirection(SeededRandom random)
    {
        while (true)
        {
            (double x, double y) = (random.NextDouble(-1, 1), random.NextDouble(-1, 1));
            double length = Math.Sqrt(x * x + y * y);
            if (length is > 0.1 and < 1) return (x / length, y / length);
        }
    }
}

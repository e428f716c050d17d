namespace SocialSentiment.TestModels.Weights;

/// <summary><c>y = x W + b</c>; the weight is row by row, a row per input.</summary>
public sealed record Linear(string Name, int Inputs, int Outputs, float[] Weight, float[]? Bias);

/// <summary>A table of embeddings, row by row.</summary>
public sealed record Table(string Name, int Rows, int Width, float[] Values);

/// <summary>What a layer normalization multiplies with and adds.</summary>
public sealed record Norm(string Name, float[] Gain, float[] Bias);

//! Complex numbers and square matrices of them in double precision: as much as an eigenvalue problem needs.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// A complex number.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// Real part.
    pub re: f64,
    /// Imaginary part.
    pub im: f64,
}

impl Complex {
    /// Nought.
    pub const ZERO: Self = Self { re: 0.0, im: 0.0 };
    /// One.
    pub const ONE: Self = Self { re: 1.0, im: 0.0 };

    /// A real number.
    pub fn real(re: f64) -> Self {
        Self { re, im: 0.0 }
    }

    /// magnitude · e^(i angle).
    pub fn polar(magnitude: f64, angle: f64) -> Self {
        let (sine, cosine) = angle.sin_cos();
        Self { re: magnitude * cosine, im: magnitude * sine }
    }

    /// Its magnitude.
    pub fn abs(self) -> f64 {
        self.re.hypot(self.im)
    }

    /// The square of its magnitude.
    pub fn square(self) -> f64 {
        self.re * self.re + self.im * self.im
    }

    /// Its conjugate.
    #[must_use]
    pub fn conjugate(self) -> Self {
        Self { re: self.re, im: -self.im }
    }

    /// It times a real number.
    #[must_use]
    pub fn times(self, factor: f64) -> Self {
        Self { re: self.re * factor, im: self.im * factor }
    }

    /// The square root with a real part of at least 0.
    #[must_use]
    pub fn sqrt(self) -> Self {
        let magnitude = self.abs();
        let re = f64::midpoint(magnitude, self.re).max(0.0).sqrt();
        let im = f64::midpoint(magnitude, -self.re).max(0.0).sqrt();
        Self { re, im: if self.im < 0.0 { -im } else { im } }
    }
}

impl Add for Complex {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { re: self.re + other.re, im: self.im + other.im }
    }
}

impl Sub for Complex {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self { re: self.re - other.re, im: self.im - other.im }
    }
}

impl Mul for Complex {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        Self { re: self.re * other.re - self.im * other.im, im: self.re * other.im + self.im * other.re }
    }
}

impl Div for Complex {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        (self * other.conjugate()).times(1.0 / other.square())
    }
}

impl Neg for Complex {
    type Output = Self;
    fn neg(self) -> Self {
        Self { re: -self.re, im: -self.im }
    }
}

/// A square matrix, row after row.
#[derive(Clone, Debug, PartialEq)]
pub struct Matrix {
    /// Rows, and columns.
    pub size: usize,
    /// Its numbers.
    pub numbers: Vec<Complex>,
}

impl Matrix {
    /// The matrix whose number at row i and column j is `of(i, j)`.
    pub fn from_fn(size: usize, of: impl Fn(usize, usize) -> Complex) -> Self {
        let numbers = (0..size * size).map(|at| of(at / size, at % size)).collect();
        Self { size, numbers }
    }

    /// The unit matrix.
    pub fn unit(size: usize) -> Self {
        Self::from_fn(size, |i, j| if i == j { Complex::ONE } else { Complex::ZERO })
    }

    /// The number at row i and column j.
    pub fn at(&self, i: usize, j: usize) -> Complex {
        self.numbers[i * self.size + j]
    }

    /// The same to write.
    pub fn at_mut(&mut self, i: usize, j: usize) -> &mut Complex {
        &mut self.numbers[i * self.size + j]
    }

    /// Row i.
    pub fn row(&self, i: usize) -> &[Complex] {
        &self.numbers[i * self.size..(i + 1) * self.size]
    }

    /// This matrix times another of its size.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        let size = self.size;
        let mut product = Self { size, numbers: vec![Complex::ZERO; size * size] };
        for (i, row) in product.numbers.chunks_mut(size.max(1)).enumerate() {
            for (k, factor) in self.row(i).iter().enumerate() {
                for (sum, number) in row.iter_mut().zip(other.row(k)) {
                    *sum = *sum + *factor * *number;
                }
            }
        }
        product
    }

    /// A row of numbers times this matrix.
    pub fn after(&self, row: &[Complex]) -> Vec<Complex> {
        let mut product = vec![Complex::ZERO; self.size];
        for (k, factor) in row.iter().enumerate() {
            for (sum, number) in product.iter_mut().zip(self.row(k)) {
                *sum = *sum + *factor * *number;
            }
        }
        product
    }

    /// This matrix to the power of `exponent`.
    #[must_use]
    pub fn power(&self, exponent: u32) -> Self {
        let (mut result, mut base, mut left) = (Self::unit(self.size), self.clone(), exponent);
        while left > 0 {
            if left % 2 == 1 {
                result = result.times(&base);
            }
            base = base.times(&base);
            left /= 2;
        }
        result
    }

    /// The inverse by Gauss and Jordan with pivots by column; `None` where a pivot vanishes.
    pub fn inverse(&self) -> Option<Self> {
        let size = self.size;
        let (mut left, mut right) = (self.clone(), Self::unit(size));
        for column in 0..size {
            let pivot =
                (column..size).max_by(|a, b| left.at(*a, column).abs().total_cmp(&left.at(*b, column).abs()))?;
            let value = left.at(pivot, column);
            if value.abs() < f64::MIN_POSITIVE * 1e20 || !value.abs().is_finite() {
                return None;
            }
            for matrix in [&mut left, &mut right] {
                for j in 0..size {
                    matrix.numbers.swap(column * size + j, pivot * size + j);
                    let number = matrix.at(column, j) / value;
                    *matrix.at_mut(column, j) = number;
                }
            }
            for i in (0..size).filter(|i| *i != column) {
                let factor = left.at(i, column);
                for matrix in [&mut left, &mut right] {
                    for j in 0..size {
                        let number = matrix.at(i, j) - factor * matrix.at(column, j);
                        *matrix.at_mut(i, j) = number;
                    }
                }
            }
        }
        Some(right)
    }

    /// The largest singular value, by power iteration on AᴴA: within a per cent, from below.
    pub fn largest_singular_value(&self) -> f64 {
        let size = self.size;
        let mut vector: Vec<_> = (0..size).map(|i| Complex { re: 1.0, im: (i % 7) as f64 * 0.1 }).collect();
        let mut value = 0.0;
        for _ in 0..60 {
            let norm = vector.iter().map(|x| x.square()).sum::<f64>().sqrt();
            if norm == 0.0 || !norm.is_finite() {
                return norm;
            }
            let unit: Vec<_> = vector.iter().map(|x| x.times(1.0 / norm)).collect();
            let image: Vec<_> = (0..size)
                .map(|i| self.row(i).iter().zip(&unit).fold(Complex::ZERO, |sum, (a, x)| sum + *a * *x))
                .collect();
            value = image.iter().map(|x| x.square()).sum::<f64>().sqrt();
            vector = vec![Complex::ZERO; size];
            for (i, number) in image.iter().enumerate() {
                for (slot, a) in vector.iter_mut().zip(self.row(i)) {
                    *slot = *slot + a.conjugate() * *number;
                }
            }
        }
        value
    }
}

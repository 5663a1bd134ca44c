import { email, Login, LoginForm, PasswordInput, required, TextInput } from 'react-admin';

export const SignInPage = () => (
  <Login sx={{ backgroundImage: 'none', backgroundColor: '#1f4e79' }}>
    <LoginForm>
      <TextInput
        source="email"
        label="E-mail"
        type="email"
        autoComplete="username"
        autoFocus
        validate={[required(), email()]}
      />
      <PasswordInput source="password" label="Password" autoComplete="current-password" validate={required()} />
    </LoginForm>
  </Login>
);
